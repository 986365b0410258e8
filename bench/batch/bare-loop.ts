import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedModel } from '../measure/package.ts';
import type { Rate } from './rate.ts';

export interface BareLoopTask {
  readonly handlerFile: string;
  readonly modelFile: string;
  /** Raw floats. */
  readonly dataFile: string;
  readonly input: string;
  /** Shape of one row. */
  readonly shape: readonly number[];
  readonly batch: number;
  /** Rows of one round; the data is gone through as often as that takes. */
  readonly rows: number;
}

export type BareLoopAnswer = Rate | { readonly scores: readonly number[] };

/** A process that does nothing but inference, on tensors that it holds. */
export class BareLoop {
  readonly #process: ChildProcess;

  constructor(
    { env, handlerFile, sourceFile }: DeployedModel,
    folder: string,
    tensor: Float32Array,
    task: Omit<BareLoopTask, 'handlerFile' | 'modelFile' | 'dataFile'>,
  ) {
    const dataFile = join(folder, 'tensor.f32');
    writeFileSync(dataFile, tensor);
    this.#process = fork(join(import.meta.dirname, 'bare-loop-process.ts'), { env: { ...env } });
    const whole: BareLoopTask = { ...task, handlerFile, modelFile: sourceFile, dataFile };
    this.#process.send(whole);
  }

  round(): Promise<Rate> {
    return this.#ask('round') as Promise<Rate>;
  }

  /** What the model gives in its last output for the first batch. */
  async scores(): Promise<readonly number[]> {
    const { scores } = (await this.#ask('scores')) as { scores: readonly number[] };
    return scores;
  }

  stop(): void {
    this.#process.disconnect();
  }

  async #ask(what: 'round' | 'scores'): Promise<BareLoopAnswer> {
    const answered = once(this.#process, 'message');
    this.#process.send(what);
    const ended = once(this.#process, 'exit').then(() => {
      throw new Error('the bare loop ended');
    });
    ended.catch(() => undefined);
    const [answer] = await Promise.race([answered, ended]);
    return answer as BareLoopAnswer;
  }
}
