import type { Signature } from '../protocol/signature-match.ts';
import { formOf } from '../records/formats.ts';
import type { Arm } from './answers.ts';
import type { Attempt } from './attempt.ts';
import { BatchFailure, Interrupted } from './batch-failure.ts';
import type { ObjectStore } from './object-store.ts';
import type { JobOutput, Part } from './part.ts';
import type { OpenSink } from './part-sink.ts';
import type { PieceWork } from './piece-run.ts';
import { type Piece, type Plan, readShards } from './plan.ts';
import { finishedShards } from './receipt.ts';
import { runShard } from './shard-run.ts';
import { refuseStopped, refuseTooManyErrors, stopJob } from './stop.ts';

export interface WorkerOptions {
  readonly store: ObjectStore;
  readonly plan: Plan;
  /** This worker takes the shards `index`, `index + count`, ... */
  readonly index: number;
  readonly count: number;
  readonly open: () => Promise<WorkerModel>;
  readonly attempt: Attempt;
  readonly interruption: Interruption;
  /** A turn of the event loop: inference blocks it, and signals and requests wait there. */
  readonly turn: () => Promise<unknown>;
  /** Told after every part. */
  readonly progress: (entry: Readonly<Record<string, unknown>>) => void;
}

/** What answers the rows, and what takes the answers. */
export interface WorkerModel {
  readonly arms: readonly Arm[];
  /** By it the inputs are read; in a backtest for both arms. */
  readonly signature: Signature;
  readonly openSink: OpenSink;
}

/** Whether the worker was told to stop, and how long it may go on to finish what it has begun. */
export interface Interruption {
  readonly isNoticed: boolean;
  readonly isOver: boolean;
}

/** Whether anything is left for a worker; those that have nothing need not even load the model. */
export async function hasWork(
  store: ObjectStore,
  plan: Plan,
  index: number,
  count: number,
): Promise<boolean> {
  const done = await finishedShards(store, plan);
  for (let shard = index; shard < plan.shards; shard += count) if (!done.has(shard)) return true;
  return false;
}

/** Does the worker's shards; throws `Interrupted` where another attempt goes on. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { store, plan, attempt } = options;
  try {
    await runShards(options);
    await attempt.end('done');
  } catch (error) {
    if (error instanceof BatchFailure) await stopJob(store, plan, error);
    await attempt.end(error instanceof Interrupted ? 'interrupted' : 'failed');
    throw error;
  }
}

async function runShards(options: WorkerOptions): Promise<void> {
  const { store, plan, index, count, attempt } = options;
  await refuseStopped(store, plan);
  // Before the model is fetched: a worker that is killed meanwhile has cost its time, too.
  await attempt.renew();
  const model = await options.open();
  const done = await finishedShards(store, plan);
  const own = (shard: number) => shard % count === index && !done.has(shard);
  const work = pieceWork(options, model);
  for await (const shard of readShards(store, plan, own)) {
    await runShard(work, shard);
    attempt.finishedShard();
  }
}

function pieceWork(options: WorkerOptions, model: WorkerModel): PieceWork {
  const { store, plan, attempt, interruption, progress } = options;
  const { turn } = options;
  const stopIfNoticed = () => {
    if (interruption.isNoticed) throw new Interrupted('told to stop');
  };
  const target: JobOutput = { store, output: plan.request.output, job: plan.job };
  return {
    plan,
    target,
    ...model,
    onPiece: stopIfNoticed,
    onChunk: async () => {
      await turn();
      if (interruption.isOver) throw new Interrupted('told to stop, and the time is over');
      if (await attempt.renew()) await refuseStopped(store, plan);
    },
    onPart: async (part, piece) => {
      attempt.wrote(part, inputBytesOf(part, piece));
      progress({ part: part.key, ...attempt.counts });
      if (part.errors > 0) await refuseTooManyErrors(store, plan);
      // Behind the last part only the receipt is left to write.
      if (!part.isLast) stopIfNoticed();
    },
  };
}

/** As `BatchAttempt.inputBytes` counts them. */
function inputBytesOf({ start, end, isLast }: Part, { object, slice }: Piece): number {
  const { format, compression } = formOf(object.name);
  if (format !== 'parquet' && !compression) return end.offset - start.offset;
  return isLast && slice.start === 0 ? object.size : 0;
}
