import type { StateMachine as Interpreter } from 'aws-local-stepfunctions';
import { type Definition, forInterpreter, invalid } from './definition.ts';

/**
 * The library that interprets the Amazon States Language. It is loaded when the first state machine
 * is: half a second that a start without any does not wait for.
 */
export async function interpreterOf(definition: Definition): Promise<Interpreter> {
  const { StateMachine } = await import('aws-local-stepfunctions');
  // Checked already, when the state machine was made.
  return new StateMachine(forInterpreter(definition), { validationOptions: { noValidate: true } });
}

/** Throws with all that is wrong with a definition. */
export async function checkDefinition(definition: Definition): Promise<void> {
  const { StateMachine } = await import('aws-local-stepfunctions');
  try {
    new StateMachine(definition as never, { validationOptions: { checkArn: false } });
  } catch (error) {
    throw invalid(`SCHEMA_VALIDATION_FAILED: ${(error as Error).message}`);
  }
}
