import type { Host } from '../../host/host.ts';
import { withCapitals, withSmallLetters } from './member-names.ts';
import { TaskError } from './task-failure.ts';

/** Services whose own members begin with a small letter. */
const smallLettered = new Set(['batch', 'codedeploy', 'logs', 'ecr', 'states', 'apigateway']);

type Parameters = Record<string, unknown>;

/** Calls any operation of a service. */
export async function callOperation(
  host: Host,
  service: string,
  operation: string,
  parameters: Parameters,
): Promise<unknown> {
  const input = smallLettered.has(service) ? withSmallLetters(parameters) : parameters;
  const output = await host.call(service, operation, input as Parameters);
  return JSON.parse(JSON.stringify(smallLettered.has(service) ? withCapitals(output) : output));
}

interface Invocation {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly Payload: Buffer;
}

/** `lambda:invoke`: the function's answer with what Lambda says of the call. */
export async function invokeFunction(host: Host, parameters: Parameters): Promise<unknown> {
  const { Payload, ...others } = parameters;
  const answer = await host.call<Invocation>('lambda', 'Invoke', {
    ...others,
    Payload: Buffer.from(JSON.stringify(Payload ?? {})),
  });
  return {
    ExecutedVersion: answer.ExecutedVersion,
    Payload: payloadOf(answer),
    SdkHttpMetadata: { HttpStatusCode: answer.StatusCode },
    StatusCode: answer.StatusCode,
  };
}

/** A function's ARN as resource: the answer alone. */
export async function callFunction(host: Host, arn: string, event: unknown): Promise<unknown> {
  return payloadOf(
    await host.call<Invocation>('lambda', 'Invoke', {
      FunctionName: arn,
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
}

function payloadOf({ FunctionError, Payload }: Invocation): unknown {
  const text = Payload.toString();
  if (!FunctionError) return text === '' ? null : JSON.parse(text);
  const { errorType } = JSON.parse(text) as { errorType?: string };
  throw new TaskError({ error: errorType ?? 'Lambda.Unknown', cause: text });
}
