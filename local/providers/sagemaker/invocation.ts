import { z } from 'zod';
import type { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import { type Container, type ContainerAnswer, NoAnswer } from './container.ts';
import type { ContainerGroup } from './container-group.ts';
import type { EndpointMetrics, MetricScope } from './endpoint-metrics.ts';
import { modelError, noModelAnswer, unavailable } from './runtime-errors.ts';

/** The longest body that goes to a container or comes from it. */
export const PAYLOAD_BYTES = 26_214_400;

/** InvokeEndpoint's input, and with another body InvokeEndpointAsync's. */
export const invokeInput = z.object({
  EndpointName: z.string(),
  Body: z.instanceof(Uint8Array).default(new Uint8Array()),
  ContentType: z.string().max(1024).optional(),
  Accept: z.string().max(1024).optional(),
  CustomAttributes: z.string().max(1024).optional(),
  TargetVariant: z.string().max(63).optional(),
  TargetModel: z.undefined({ error: 'the local cloud has no multi-model endpoints' }).optional(),
  TargetContainerHostname: z.undefined({ error: 'models have one container here' }).optional(),
  InferenceId: z.string().max(64).optional(),
  InferenceComponentName: z.string().max(63).optional(),
  SessionId: z.string().max(256).optional(),
});

export type InvokeInput = z.output<typeof invokeInput>;

export function parseInvoke(input: unknown): InvokeInput {
  return parseInput(invokeInput, input, 'ValidationError');
}

/** The only headers of a caller that a container sees. */
export function containerHeaders(input: InvokeInput): Record<string, string> {
  const headers = {
    'content-type': input.ContentType,
    accept: input.Accept,
    'x-amzn-sagemaker-custom-attributes': input.CustomAttributes,
    'x-amzn-sagemaker-inference-id': input.InferenceId,
    'x-amzn-sagemaker-session-id': input.SessionId,
  };
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export interface Call {
  readonly endpoint: string;
  readonly group: ContainerGroup;
  readonly isRandom: boolean;
  readonly scopes: readonly MetricScope[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly limitMs: number;
}

/** What came of a call; an answer has a status of 2xx. */
export type CallResult =
  | { readonly answer: ContainerAnswer }
  | { readonly answer?: ContainerAnswer; readonly error: AwsError };

/** Takes one request to a container of a group, and measures it. */
export class Caller {
  readonly #host: Host;
  readonly #time: Clock;
  readonly #metrics: EndpointMetrics;

  constructor(host: Host, time: Clock, metrics: EndpointMetrics) {
    this.#host = host;
    this.#time = time;
    this.#metrics = metrics;
  }

  /** Undefined when the group ends before it had a container for the request. */
  async call(call: Call): Promise<CallResult | undefined> {
    const arrived = this.#time.now();
    for (;;) {
      const container = await call.group.acquire(call.isRandom);
      if (!container) {
        return call.group.isEnding ? undefined : { error: unavailable(call.endpoint) };
      }
      try {
        const result = await this.#on(container, call, arrived);
        if (result) return result;
      } finally {
        container.release();
      }
      // It listens no more: it has died, or might as well.
      container.kill();
      await container.ended;
    }
  }

  /** Undefined when the container refuses the connection: the request can go to another one. */
  async #on(container: Container, call: Call, arrived: number): Promise<CallResult | undefined> {
    const { group, headers, body, limitMs } = call;
    const begun = this.#time.now();
    const { outstanding } = container;
    const measure = (status: number | undefined) => {
      const modelMs = this.#time.now() - begun;
      const measured = { containers: group.wanted, status, modelMs, outstanding };
      for (const scope of call.scopes) {
        this.#metrics.invocation(scope, { ...measured, overheadMs: begun - arrived });
      }
    };
    try {
      const answer = await container.invoke(headers, body, { ms: limitMs, bytes: PAYLOAD_BYTES });
      measure(answer.status);
      if (answer.status >= 200 && answer.status < 300) return { answer };
      return { answer, error: modelError(this.#host, group.spec.logGroup, answer) };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.kind === 'refused') return undefined;
      if (error.kind === 'broken') group.doubt(container);
      measure(undefined);
      return { error: noModelAnswer(this.#host, group.spec.logGroup, error) };
    }
  }
}
