import type { Session } from '../../serving/engine/port.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';
import { nextBatch, type Pending } from './batch-policy.ts';
import { joinKey, joinRequests, rowsOf, splitTensor } from './batch-tensors.ts';
import type { Configuration } from './configuration.ts';

/** Time, handed in. */
export interface BatchClock {
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly after: (milliseconds: number, action: () => void) => void;
}

export interface BatchingOptions {
  readonly model: string;
  readonly session: Session;
  readonly configuration: Pick<Configuration, 'maxBatchSize' | 'batching' | 'queueSize'>;
  readonly clock: BatchClock;
}

interface Waiting extends Pending {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
  readonly resolve: (tensors: readonly Tensor[]) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Runs one batch at a time on another session. What arrives meanwhile waits and makes up the next
 * batch: the more callers there are, the larger the batches.
 */
export class BatchingSession implements Session {
  readonly #options: BatchingOptions;
  readonly #waiting: Waiting[] = [];
  #running = false;
  /** Counts the looks at the queue that were put off, so that an overtaken one does nothing. */
  #look = 0;
  #batches = 0;
  #requests = 0;

  constructor(options: BatchingOptions) {
    this.#options = options;
  }

  /** Requests that were run, and the batches that it took. */
  get counts(): { readonly requests: number; readonly batches: number } {
    return { requests: this.#requests, batches: this.#batches };
  }

  async run(inputs: readonly Tensor[], outputs: readonly string[]): Promise<readonly Tensor[]> {
    const rows = this.#rowsOf(inputs);
    const { batching, queueSize } = this.#options.configuration;
    if (queueSize > 0 && this.#waiting.length >= queueSize) {
      throw new SiskinError(
        'model_not_ready',
        `${queueSize} requests wait for the model already, and config.pbtxt lets no more wait`,
      );
    }
    const shares = batching !== undefined && rows > 0;
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        inputs,
        outputs,
        rows,
        key: shares ? joinKey(inputs) : undefined,
        since: this.#options.clock.now(),
        resolve,
        reject,
      });
      this.#next();
    });
  }

  dispose() {
    return this.#options.session.dispose();
  }

  #rowsOf(inputs: readonly Tensor[]): number {
    const { maxBatchSize } = this.#options.configuration;
    if (maxBatchSize === 0) return 0;
    const { model } = this.#options;
    const rows = rowsOf(inputs);
    if (rows === undefined) {
      const seen = inputs.map(({ name, shape }) => `"${name}" has ${shape[0]}`).join(', ');
      throw new SiskinError(
        'signature_mismatch',
        `the inputs of "${model}" must have one batch size, but ${seen}`,
      );
    }
    if (rows <= maxBatchSize) return rows;
    throw new SiskinError(
      'signature_mismatch',
      `inference request batch-size must be <= ${maxBatchSize} for "${model}", but is ${rows}; send the rows in several requests`,
    );
  }

  #next(): void {
    if (this.#running || this.#waiting.length === 0) return;
    const { configuration, clock } = this.#options;
    const decision = nextBatch(this.#waiting, configuration.batching, clock.now());
    this.#look += 1;
    if ('take' in decision) {
      void this.#run(this.#waiting.splice(0, decision.take));
      return;
    }
    const look = this.#look;
    clock.after(decision.waitMillis, () => {
      if (look === this.#look) this.#next();
    });
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    this.#running = true;
    this.#requests += batch.length;
    if (batch.length === 1 || !(await this.#runTogether(batch))) {
      for (const each of batch) await this.#runAlone(each);
    }
    this.#running = false;
    this.#next();
  }

  /** Whether all were answered. When it fails, one of them may be at fault, and the others not. */
  async #runTogether(batch: readonly Waiting[]): Promise<boolean> {
    this.#batches += 1;
    const names = [...new Set(batch.flatMap(({ outputs }) => outputs))];
    const rows = batch.map((each) => each.rows);
    try {
      const inputs = joinRequests(batch.map((each) => each.inputs));
      const answers = await this.#options.session.run(inputs, names);
      const parts = new Map<string, Tensor[]>();
      for (const tensor of answers) {
        const split = splitTensor(tensor, rows);
        if (!split) return false;
        parts.set(tensor.name, split);
      }
      for (const [index, { outputs, resolve }] of batch.entries()) {
        resolve(outputs.map((name) => parts.get(name)?.[index] as Tensor));
      }
      return true;
    } catch {
      return false;
    }
  }

  async #runAlone({ inputs, outputs, resolve, reject }: Waiting): Promise<void> {
    this.#batches += 1;
    try {
      resolve(await this.#options.session.run(inputs, outputs));
    } catch (cause) {
      reject(cause);
    }
  }
}
