import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BareLoopAnswer, BareLoopTask } from './bare-loop.ts';

/** The other end of `BareLoop`: a session, its tensors, and nothing else. */
let loop: Promise<Loop> | undefined;

process.on('message', async (message: BareLoopTask | 'round' | 'scores') => {
  if (typeof message === 'object') {
    loop = Loop.open(message);
    return;
  }
  const opened = await (loop as Promise<Loop>);
  const answer: BareLoopAnswer =
    message === 'round' ? await opened.round() : { scores: await opened.scores() };
  process.send?.(answer);
});

type Runtime = typeof import('onnxruntime-node');
type Session = Awaited<ReturnType<Runtime['InferenceSession']['create']>>;
type Feeds = Parameters<Session['run']>[0];

class Loop {
  readonly #session: Session;
  readonly #feeds: readonly Feeds[];
  readonly #task: BareLoopTask;

  private constructor(session: Session, feeds: readonly Feeds[], task: BareLoopTask) {
    this.#session = session;
    this.#feeds = feeds;
    this.#task = task;
  }

  static async open(task: BareLoopTask): Promise<Loop> {
    const runtime: Runtime = createRequire(task.handlerFile)('onnxruntime-node');
    const session = await runtime.InferenceSession.create(task.modelFile, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    const data = new Float32Array(Uint8Array.from(readFileSync(task.dataFile)).buffer);
    const { batch, input, shape } = task;
    const size = batch * shape.reduce((product, length) => product * length, 1);
    const feeds = Array.from({ length: Math.floor(data.length / size) }, (_, index) => {
      const part = data.subarray(index * size, (index + 1) * size);
      return { [input]: new runtime.Tensor('float32', part, [batch, ...shape]) };
    });
    return new Loop(session, feeds, task);
  }

  async round() {
    const { batch, rows } = this.#task;
    const before = process.cpuUsage();
    const start = performance.now();
    let done = 0;
    for (let index = 0; done < rows; index += 1) {
      await this.#session.run(this.#feeds[index % this.#feeds.length] as Feeds);
      done += batch;
    }
    const { user, system } = process.cpuUsage(before);
    return {
      rows: done,
      wallMicros: (performance.now() - start) * 1000,
      cpuMicros: user + system,
    };
  }

  async scores(): Promise<readonly number[]> {
    const name = this.#session.outputNames.at(-1) as string;
    const outputs = await this.#session.run(this.#feeds[0] as Feeds);
    return Array.from(outputs[name]?.data as Float32Array);
  }
}
