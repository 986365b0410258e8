import type { EndpointRuntime } from '../../serving/aws/endpoint-runtime.ts';
import { decodeAnswer, encodeQuestion } from '../../serving/codec/remote-form.ts';
import { limits } from '../../serving/contract/limits.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import type { RunCall, RunOrigin, Session } from '../../serving/engine/port.ts';
import { smallestInputs } from '../../serving/engine/smallest-inputs.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import type { Signature } from '../../serving/protocol/signature-match.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';
import { failureOf, tooLarge } from './endpoint-failure.ts';

/**
 * A model behind a SageMaker endpoint as a session: the data plane checks, matches and encodes as it
 * does for a model in its own process, so that a caller cannot tell the difference.
 */
export class EndpointSession implements Session {
  readonly #runtime: EndpointRuntime;
  readonly #signature: Signature;
  readonly #queued: boolean;

  constructor(
    runtime: EndpointRuntime,
    signature: Signature,
    { queued }: { readonly queued: boolean },
  ) {
    this.#runtime = runtime;
    this.#signature = signature;
    this.#queued = queued;
  }

  async run(inputs: readonly Tensor[], outputs: readonly string[], call?: RunCall) {
    if (!call) throw new Error('a model behind an endpoint is run for requests only');
    const { origin, deadline, timeoutMicros } = call;
    const wanted = outputs.map((name) => ({ name, binary: true }));
    const { bytes, contentType } = encodeQuestion(requestIdOf(origin), inputs, wanted);
    if (bytes.length > limits.endpointPayload) {
      const what = `the request, ${bytes.length} bytes as binary tensors,`;
      throw new SiskinError('body_too_large', tooLarge(what));
    }
    const abort = new AbortController();
    try {
      const answer = await deadline.within(
        this.#runtime.invoke({ body: bytes, contentType, ...joinKeys(origin) }, abort.signal),
        'the model',
        timeoutMicros,
      );
      if (origin && answer.variant !== undefined) origin.trace.variant = answer.variant;
      return decodeAnswer(answer, outputs);
    } catch (cause) {
      // What still runs has no reader any more.
      abort.abort();
      throw failureOf(cause);
    }
  }

  /**
   * Asks the model itself, with the smallest request that there is: the front may not look at the
   * endpoint's status, and a status says less. On an endpoint that has scaled to zero this wakes it.
   * An asynchronous endpoint takes no such request, but its queue takes any.
   */
  async ready(call: RunCall): Promise<void> {
    if (this.#queued) return;
    const { inputs, outputs } = this.#signature;
    const names = outputs.map(({ name }: TensorSpec) => name);
    try {
      await this.run(smallestInputs(inputs), names, call);
    } catch (cause) {
      const { code } = failureOf(cause);
      // It answered: that it cannot compute these inputs is no reason to keep callers away.
      if (code === 'model_error' || code === 'signature_mismatch') return;
      throw cause;
    }
  }

  dispose(): void {}
}

/** By which the endpoint's captured data and the container's log are joined with ours. */
export function joinKeys(origin: RunOrigin | undefined) {
  const inferenceId = requestIdOf(origin);
  const parent = origin?.header('traceparent') ?? origin?.header('x-amzn-trace-id');
  const attributes = parent === undefined ? inferenceId : `${inferenceId};${parent}`;
  return { inferenceId, customAttributes: visible(attributes).slice(0, 1024) };
}

function requestIdOf(origin: RunOrigin | undefined): string {
  return visible(origin?.requestId ?? 'none').slice(0, 64);
}

/** What the runtime's headers may hold. */
function visible(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '');
}
