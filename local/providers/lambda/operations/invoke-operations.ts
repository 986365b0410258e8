import { AwsError } from '../../../host/aws-error.ts';
import type { Operation } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import type { EventInvokeConfig } from '../function-store.ts';
import { limits } from '../limits.ts';
import type { Parts } from '../parts.ts';
import { StreamedInvocation } from '../streamed-invocation.ts';

const EMPTY = Buffer.from('{}');

export function invokeOperations(parts: Parts): Record<string, Operation> {
  const { store, invoker, events } = parts;
  return {
    Invoke: async (input) => {
      const reference = parseFunctionName(input.FunctionName, input.Qualifier);
      const payload = toBuffer(input.Payload);
      const type = input.InvocationType ?? 'RequestResponse';
      if (type === 'RequestResponse') {
        const {
          version,
          functionError,
          payload: answer,
          logTail,
        } = await invoker.invoke({
          reference,
          payload,
          tail: input.LogType === 'Tail',
          clientContext: input.ClientContext,
        });
        return {
          StatusCode: 200,
          ExecutedVersion: version,
          Payload: answer,
          ...(functionError && { FunctionError: functionError }),
          ...(logTail && { LogResult: logTail }),
        };
      }
      store.resolve(reference.name, reference.qualifier);
      if (type === 'DryRun') return { StatusCode: 204, Payload: Buffer.alloc(0) };
      if (type !== 'Event') throw wrongType(type);
      events.add(reference, asEvent(payload));
      return { StatusCode: 202, Payload: Buffer.alloc(0) };
    },
    InvokeWithResponseStream: (input) => {
      const reference = parseFunctionName(input.FunctionName, input.Qualifier);
      return new StreamedInvocation(invoker, reference, toBuffer(input.Payload)).start();
    },
    ...eventInvokeOperations(parts),
  };
}

function eventInvokeOperations({ host, store }: Parts): Record<string, Operation> {
  const told = (name: string, qualifier: string, config: EventInvokeConfig) => ({
    FunctionArn: host.arn('lambda', `function:${name}:${qualifier}`),
    ...config,
  });
  const put: Operation = (input) => {
    const { name, qualifier = '$LATEST' } = parseFunctionName(input.FunctionName, input.Qualifier);
    store.resolve(name, qualifier);
    const { eventInvoke } = store.attributes(name);
    const config: EventInvokeConfig = {
      ...(input.MaximumRetryAttempts !== undefined && {
        MaximumRetryAttempts: Number(input.MaximumRetryAttempts),
      }),
      ...(input.MaximumEventAgeInSeconds !== undefined && {
        MaximumEventAgeInSeconds: Number(input.MaximumEventAgeInSeconds),
      }),
      ...(input.DestinationConfig && { DestinationConfig: input.DestinationConfig }),
    };
    store.setAttributes(name, { eventInvoke: { ...eventInvoke, [qualifier]: config } });
    return told(name, qualifier, config);
  };
  return {
    PutFunctionEventInvokeConfig: put,
    GetFunctionEventInvokeConfig: (input) => {
      const { name, qualifier = '$LATEST' } = parseFunctionName(
        input.FunctionName,
        input.Qualifier,
      );
      const config = store.attributes(name).eventInvoke[qualifier];
      if (config) return told(name, qualifier, config);
      throw new AwsError(
        'ResourceNotFoundException',
        `The function ${name}:${qualifier} doesn't have an EventInvokeConfig`,
        404,
      );
    },
    DeleteFunctionEventInvokeConfig: (input) => {
      const { name, qualifier = '$LATEST' } = parseFunctionName(
        input.FunctionName,
        input.Qualifier,
      );
      const { [qualifier]: _removed, ...eventInvoke } = store.attributes(name).eventInvoke;
      store.setAttributes(name, { eventInvoke });
    },
  };
}

/** No payload at all is an empty object to the function. */
function toBuffer(payload: unknown): Buffer {
  if (payload === undefined || payload === null) return EMPTY;
  if (typeof payload === 'string') return payload === '' ? EMPTY : Buffer.from(payload);
  const { buffer, byteOffset, byteLength } = payload as Uint8Array;
  return byteLength === 0 ? EMPTY : Buffer.from(buffer, byteOffset, byteLength);
}

/** An event that nobody waits for must be refused now, not when it runs. */
function asEvent(payload: Buffer): Buffer {
  if (payload.length > limits.eventBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `${payload.length} byte payload is too large for the Event invocation type (limit ${limits.eventBytes} bytes)`,
      413,
    );
  }
  try {
    JSON.parse(payload.toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
  return payload;
}

function wrongType(type: string): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    `InvocationType is '${type}'; it must be RequestResponse, Event or DryRun`,
  );
}
