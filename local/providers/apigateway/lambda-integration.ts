import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import { Deadlines } from '../../host/deadlines.ts';
import type { Host } from '../../host/host.ts';
import { LARGE, Places } from '../../host/places.ts';
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

/** What is called and how long it is waited for. */
export interface FunctionCall {
  readonly functionName: string;
  readonly event: Buffer;
  readonly timeoutMs: number;
}

/** As many large events may be on their way at once before one needs a new place. */
const PLACES = 4;

/** Takes how a call ended, once: without an answer, by an error. */
type Settle<T> = (error: unknown, answer?: T) => void;

/** Calls functions for the gateway and turns what Lambda refuses into what the gateway answers. */
export class LambdaIntegration {
  readonly #host: Host;
  readonly #time: Clock;
  /** Where large events are made; Lambda gives them back here once it has done with them. */
  readonly places = new Places(PLACES);
  /** By duration. */
  readonly #deadlines = new Map<number, Deadlines>();

  constructor(host: Host, time: Clock) {
    this.#host = host;
    this.#time = time;
  }

  /** Every request comes through here: a promise less is worth a callback. */
  invoke(call: FunctionCall, settle: Settle<Buffer>): void {
    this.#call<InvokeAnswer>('Invoke', call, (error, answer) => {
      if (answer?.FunctionError) settle(malformed());
      else settle(error, answer?.Payload);
    });
  }

  stream(call: FunctionCall): Promise<StreamAnswer> {
    return new Promise((resolve, reject) => {
      this.#call<StreamAnswer>('InvokeWithResponseStream', call, (error, answer) => {
        if (answer) resolve(answer);
        else reject(error);
      });
    });
  }

  #call<T>(operation: string, call: FunctionCall, settle: Settle<T>): void {
    const { functionName: FunctionName, event: Payload, timeoutMs } = call;
    if (Payload.length > EVENT_LIMIT) {
      settle(new GatewayError('REQUEST_TOO_LARGE'));
      return;
    }
    const deadline = this.#deadlinesOf(timeoutMs).begin(this.#time.now(), () =>
      settle(new GatewayError('INTEGRATION_TIMEOUT')),
    );
    this.#host.call<T>('lambda', operation, { FunctionName, Payload }).then(
      (answer) => {
        this.#giveBack(Payload);
        if (deadline.end()) settle(undefined, answer);
      },
      (error) => {
        this.#giveBack(Payload);
        if (deadline.end()) settle(refusal(error));
      },
    );
  }

  #giveBack(event: Buffer): void {
    if (event.length >= LARGE) this.places.giveBack(event);
  }

  #deadlinesOf(ms: number): Deadlines {
    let deadlines = this.#deadlines.get(ms);
    if (!deadlines) {
      deadlines = new Deadlines(this.#time, ms);
      this.#deadlines.set(ms, deadlines);
    }
    return deadlines;
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
