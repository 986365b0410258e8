import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { GatewayError } from './gateway-error.ts';
import { malformed } from './proxy-response.ts';

/** Lambda's limit on an event: the whole of it counts, a base64 body included. */
const EVENT_LIMIT = 6_291_456;

interface InvokeAnswer {
  readonly FunctionError?: string;
  readonly Payload: Buffer;
}

export interface StreamAnswer {
  readonly EventStream: AsyncIterable<{
    readonly PayloadChunk?: { readonly Payload: Buffer };
    readonly InvokeComplete?: { readonly ErrorCode?: string };
  }>;
}

/** Calls functions for the gateway and turns what Lambda refuses into what the gateway answers. */
export class LambdaIntegration {
  readonly #host: Host;
  readonly #time: Clock;

  constructor(host: Host, time: Clock) {
    this.#host = host;
    this.#time = time;
  }

  async invoke(functionName: string, event: Buffer, timeoutMs: number): Promise<Buffer> {
    const answer = await this.#call<InvokeAnswer>('Invoke', functionName, event, timeoutMs);
    if (answer.FunctionError) throw malformed();
    return answer.Payload;
  }

  stream(functionName: string, event: Buffer, timeoutMs: number): Promise<StreamAnswer> {
    return this.#call('InvokeWithResponseStream', functionName, event, timeoutMs);
  }

  #call<T>(operation: string, FunctionName: string, event: Buffer, timeoutMs: number): Promise<T> {
    if (event.length > EVENT_LIMIT) throw new GatewayError('REQUEST_TOO_LARGE');
    return new Promise((resolve, reject) => {
      const timer = this.#time.at(this.#time.now() + timeoutMs, () =>
        reject(new GatewayError('INTEGRATION_TIMEOUT')),
      );
      this.#host.call<T>('lambda', operation, { FunctionName, Payload: event }).then(
        (answer) => {
          timer.cancel();
          resolve(answer);
        },
        (error) => {
          timer.cancel();
          reject(refusal(error));
        },
      );
    });
  }
}

/**
 * "If the Lambda API rejects the invocation request, API Gateway returns a 500" (Lambda developer
 * guide): a throttled function too. An event that is too large is told as such.
 */
function refusal(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.status === 413) return new GatewayError('REQUEST_TOO_LARGE');
  return new GatewayError('DEFAULT_5XX', undefined, 500);
}
