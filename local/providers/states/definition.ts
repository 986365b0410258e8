import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { AwsError } from '../../host/aws-error.ts';
import { isKnownResource } from './task-resource.ts';

// biome-ignore lint/suspicious/noExplicitAny: a state has the members of its type; the interpreter's validator knows them.
export type State = Record<string, any> & { readonly Type: string };

/** Something with states: a state machine, a branch of one, the processor of a map. */
interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends Machine {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
}

/** What a task state's resource says when it stands for a wait. */
export const waitResource = 'local:wait';

/** The interpreter ends tasks after a minute by itself, by the machine's time; ours end by the cloud's. */
const NEVER = 2_000_000;

/** Reads a definition, or says all that the local cloud cannot run of it. */
export function parseDefinition(text: string): Definition {
  let definition: Definition;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw invalid(`INVALID_JSON_DESCRIPTION: ${(error as Error).message}`);
  }
  const problems = statesOf(definition).flatMap(([name, state]) => problemsOf(name, state));
  if ('QueryLanguage' in definition && definition.QueryLanguage !== 'JSONPath') {
    problems.unshift('the local cloud knows the query language JSONPath only');
  }
  if (problems.length > 0) throw invalid(problems.join('; '));
  return definition;
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${message}'`);
}

/** Every state with its name, those of branches and maps included. Names are unique in a definition. */
export function statesOf(machine: Machine): [string, State][] {
  return Object.entries(machine.States ?? {}).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...nestedIn(state).flatMap(statesOf),
  ]);
}

function nestedIn(state: State): Machine[] {
  return [...(state.Branches ?? []), state.Iterator, state.ItemProcessor].filter(Boolean);
}

function problemsOf(name: string, state: State): string[] {
  const at = `state ${name}`;
  return [
    ...(state.QueryLanguage && state.QueryLanguage !== 'JSONPath'
      ? [`${at}: the local cloud knows the query language JSONPath only`]
      : []),
    ...(state.Type === 'Task' && !isKnownResource(state.Resource)
      ? [`${at}: the local cloud cannot call ${state.Resource}`]
      : []),
    ...['ItemReader', 'ItemBatcher', 'ResultWriter', 'TimeoutSecondsPath', 'HeartbeatSecondsPath']
      .filter((member) => member in state)
      .map((member) => `${at}: the local cloud lacks ${member}`),
  ];
}

/**
 * The definition as the interpreter gets it. Time is the cloud's: waits are tasks of our own, and tasks
 * have no time-outs. The context's execution has a name that the interpreter does not write itself.
 */
export function forInterpreter(definition: Definition): StateMachineDefinition {
  const {
    TimeoutSeconds: _,
    QueryLanguage: __,
    ...rest
  } = definition as Definition & {
    QueryLanguage?: string;
  };
  return withStates(withOwnContext(rest)) as unknown as StateMachineDefinition;
}

/** Member of the context that stands for `$$.Execution`. */
export const executionMember = 'CloudExecution';

function withOwnContext<T>(value: T): T {
  if (typeof value === 'string')
    return value.replaceAll('$$.Execution', `$$$$.${executionMember}`) as T;
  if (Array.isArray(value)) return value.map(withOwnContext) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withOwnContext(member)]),
  ) as T;
}

function withStates<M extends Machine>(machine: M): M {
  const states = Object.entries(machine.States).map(([name, state]) => [name, prepared(state)]);
  return { ...machine, States: Object.fromEntries(states) };
}

function prepared(state: State): State {
  if (state.Type === 'Wait') return asTask(state);
  if (state.Type === 'Task') {
    const { HeartbeatSeconds: _, Credentials: __, ...rest } = state;
    return { ...rest, Type: 'Task', TimeoutSeconds: NEVER };
  }
  return {
    ...state,
    ...(state.Branches && { Branches: state.Branches.map(withStates) }),
    ...(state.Iterator && { Iterator: withStates(state.Iterator) }),
    ...(state.ItemProcessor && { ItemProcessor: withStates(state.ItemProcessor) }),
  };
}

function asTask({ Seconds, Timestamp, SecondsPath, TimestampPath, ...state }: State): State {
  return {
    ...state,
    Type: 'Task',
    Resource: waitResource,
    TimeoutSeconds: NEVER,
    Parameters: {
      ...(Seconds !== undefined && { Seconds }),
      ...(Timestamp !== undefined && { Timestamp }),
      ...(SecondsPath !== undefined && { 'Seconds.$': SecondsPath }),
      ...(TimestampPath !== undefined && { 'Timestamp.$': TimestampPath }),
    },
    ResultPath: null,
  };
}
