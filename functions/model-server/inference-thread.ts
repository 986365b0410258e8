import { parentPort, Worker, workerData } from 'node:worker_threads';
import { createOnnxEngine } from '../../serving/engine/onnx-engine.ts';
import type { Session } from '../../serving/engine/port.ts';
import type { ErrorCode } from '../../serving/error/catalogue.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import type { Signature } from '../../serving/protocol/signature-match.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';

/** What the thread is to load. */
export interface ThreadModel {
  readonly file: string;
  readonly signature: Signature | undefined;
  readonly threads: number;
}

interface Run {
  readonly id: number;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
}

type Reply =
  | { readonly kind: 'loaded'; readonly signature: Signature | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly tensors: readonly Tensor[] }
  | { readonly kind: 'failure'; readonly id: number | undefined; readonly error: CopiedError };

/** An error without its class, which does not pass between threads. */
interface CopiedError {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

/**
 * The other side of `openInferenceThread`: loads the model and runs what it is sent, one after the
 * other. An inference blocks its thread, and here it is not the one that answers health checks.
 */
export async function serveInferences(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('an inference thread needs a parent');
  const reply = (message: Reply) => port.postMessage(message);
  const { file, signature, threads } = workerData as ThreadModel;
  let session: Session;
  try {
    session = await createOnnxEngine({ threads }).load(file, signature);
  } catch (cause) {
    reply({ kind: 'failure', id: undefined, error: copyOf(cause) });
    return;
  }
  port.on('message', async ({ id, inputs, outputs }: Run) => {
    try {
      reply({ kind: 'answer', id, tensors: await session.run(inputs, outputs) });
    } catch (cause) {
      reply({ kind: 'failure', id, error: copyOf(cause) });
    }
  });
  reply({ kind: 'loaded', signature: session.signature });
}

/**
 * A session in a thread of its own, which is the JavaScript file given: it calls `serveInferences`.
 * `onEnd` is told when the thread ends by itself, after which there are no answers any more.
 */
export function openInferenceThread(
  thread: string | URL,
  model: ThreadModel,
  onEnd: (cause: Error) => void,
): Promise<Session> {
  const worker = new Worker(thread, { workerData: model });
  const runs = new Runs((run) => worker.postMessage(run));
  let isLoaded = false;
  return new Promise((resolve, reject) => {
    worker.on('message', (message: Reply) => {
      if (message.kind === 'answer') runs.take(message.id)?.resolve(message.tensors);
      else if (message.kind === 'loaded') {
        isLoaded = true;
        resolve(sessionOf(worker, runs, message.signature));
      } else if (message.id === undefined) reject(originalOf(message.error));
      else runs.take(message.id)?.reject(originalOf(message.error));
    });
    const fail = (cause: Error) => {
      reject(cause);
      if (isLoaded && runs.fail(cause)) onEnd(cause);
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`the inference thread ended with code ${code}`)));
  });
}

function sessionOf(worker: Worker, runs: Runs, signature: Signature | undefined): Session {
  return {
    run: (inputs, outputs) => runs.start(inputs, outputs),
    dispose: async () => {
      runs.fail(new Error('the model is unloaded'));
      await worker.terminate();
    },
    ...(signature && { signature }),
  };
}

interface Waiting {
  readonly resolve: (tensors: readonly Tensor[]) => void;
  readonly reject: (cause: Error) => void;
}

/** Runs that the thread has not answered yet. */
class Runs {
  readonly #send: (run: Run) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Why there will be no answers any more. */
  #failure: Error | undefined;

  constructor(send: (run: Run) => void) {
    this.#send = send;
  }

  start(inputs: readonly Tensor[], outputs: readonly string[]): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#last += 1;
      this.#waiting.set(this.#last, { resolve, reject });
      this.#send({ id: this.#last, inputs, outputs });
    });
  }

  take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** False when the end is known already. */
  fail(cause: Error): boolean {
    if (this.#failure) return false;
    this.#failure = cause;
    for (const { reject } of this.#waiting.values()) reject(cause);
    this.#waiting.clear();
    return true;
  }
}

function copyOf(cause: unknown): CopiedError {
  const { message, stack } = cause as Error;
  return { code: cause instanceof SiskinError ? cause.code : undefined, message, stack };
}

function originalOf({ code, message, stack }: CopiedError): Error {
  const error = code ? new SiskinError(code, message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
