import type { Arm } from '../../../serving/batch/answers.ts';
import { Attempt } from '../../../serving/batch/attempt.ts';
import { kindOf } from '../../../serving/batch/backtest/prediction.ts';
import { tallySinks } from '../../../serving/batch/backtest/tally-sink.ts';
import { planJob } from '../../../serving/batch/job-planner.ts';
import { verifyJob } from '../../../serving/batch/job-verifier.ts';
import { predictionSinks } from '../../../serving/batch/part-sink.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { openPlan } from '../../../serving/batch/plan.ts';
import { type Interruption, runWorker } from '../../../serving/batch/worker.ts';
import type { BatchCapacity, BatchRequest } from '../../../serving/contract/batch.ts';
import type { ModelManifest, TensorSpec } from '../../../serving/contract/manifest.ts';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';
import { openWriter } from '../../../serving/records/formats.ts';
import { MemoryStore } from './memory-store.ts';

const inputs: readonly TensorSpec[] = [{ name: 'x', datatype: 'FP64', shape: [-1, 1] }];
const outputs: readonly TensorSpec[] = [
  { name: 'twice', datatype: 'FP64', shape: [-1, 1] },
  { name: 'class', datatype: 'INT64', shape: [-1, 1] },
];

/** A model that doubles; its classes are the number modulo 3, of which version 2 gets 13, 26, ... wrong. */
export const manifest: ModelManifest = {
  name: 'doubler',
  platform: 'onnxruntime_onnx',
  live: '1',
  versions: ['1', '2'].map((version) => ({
    version,
    digest: `digest-of-${version}`,
    inputs,
    outputs,
    source: { kind: 'package', path: `versions/${version}/model.onnx` },
    bytes: 100,
  })),
};

/** The number that the model refuses. */
export const poison = 666;

export function arm(version: string): Arm {
  return {
    version,
    infer: async ([x]) => {
      const numbers = Array.from((x as Tensor).data as Float64Array);
      if (numbers.includes(poison))
        throw new SiskinError('model_error', 'the model failed: poison');
      const off = (number: number) => Number(version === '2' && number % 13 === 0);
      const shape = [numbers.length, 1];
      const classes = numbers.map((number) => BigInt((number + off(number)) % 3));
      return [
        { name: 'twice', datatype: 'FP64', shape, data: Float64Array.from(numbers, (n) => 2 * n) },
        { name: 'class', datatype: 'INT64', shape, data: BigInt64Array.from(classes) },
      ];
    },
  };
}

export const request: BatchRequest = { input: 's3://data/in/', output: 's3://data/out/' };
export const never: Interruption = { isNoticed: false, isOver: false };

/** A clock that goes on by a second with every look at it. */
export function tickingClock(start = '2026-11-22T06:00:00.000Z'): () => Date {
  let time = Date.parse(start);
  return () => {
    time += 1000;
    return new Date(time);
  };
}

export function plan(
  store: MemoryStore,
  given: unknown = request,
  { errorLimit = 10, maxWorkers = 4 } = {},
) {
  return planJob(given, {
    store,
    manifest,
    settings: { maxWorkers, errorLimit },
    marks: placeOf('s3://data/marks/'),
    now: () => new Date('2026-11-22T06:00:00.000Z'),
  });
}

export interface WorkerSetup {
  readonly index?: number;
  readonly count?: number;
  /** Of Batch's job, and so of the attempt's record. */
  readonly name?: string;
  readonly attempt?: number;
  readonly capacity?: BatchCapacity;
  readonly interruption?: Interruption;
  readonly arms?: readonly Arm[];
  readonly now?: () => Date;
  readonly output?: string;
}

export async function work(store: MemoryStore, setup: WorkerSetup = {}): Promise<void> {
  const { index = 0, count = 1, capacity = 'spot', interruption = never } = setup;
  const { name = `worker-${index}`, attempt = 1 } = setup;
  const { output = request.output, now = tickingClock() } = setup;
  const place = placeOf(`${output}_siskin/plan.json`);
  const planned = await openPlan(store, place);
  const { backtest, version } = planned.request;
  const names = outputs.map(({ name }) => name);
  const prediction = outputs.find(({ name }) => name === backtest?.prediction);
  const sinks =
    backtest && prediction
      ? tallySinks({ backtest, kind: kindOf(prediction), outputs: [names, names] })
      : predictionSinks(planned.request, { inputs, outputs });
  const versions = backtest ? [version, backtest.challenger] : [version];
  const price = { perVcpuHour: 0.02, currency: 'USD', date: '2026-11-22' };
  await runWorker({
    store,
    plan: planned,
    index,
    count,
    open: async () => ({
      arms: setup.arms ?? versions.map(arm),
      signature: { inputs, outputs },
      openSink: sinks,
    }),
    attempt: new Attempt({
      store,
      output: placeOf(output),
      name,
      about: { worker: index, task: name, attempt, capacity, vcpus: 2, price },
      now,
    }),
    interruption,
    turn: async () => undefined,
    progress: () => undefined,
  });
}

export function verify(store: MemoryStore, output = request.output) {
  return verifyJob(store, placeOf(`${output}_siskin/plan.json`));
}

export async function wholeJob(given: BatchRequest, put: (store: MemoryStore) => void) {
  const store = new MemoryStore();
  put(store);
  const { workers } = await plan(store, given);
  for (let index = 0; index < workers; index += 1) {
    await work(store, { index, count: workers, output: given.output });
  }
  return { store, result: await verify(store, given.output) };
}

/** A file of lines `{"x": n}`. */
export function lines(numbers: readonly number[]): string {
  return numbers.map((x) => `${JSON.stringify({ x, label: x % 3 })}\n`).join('');
}

/** A file of rows with the column `x`. */
export function parquet(numbers: readonly number[]): Uint8Array {
  const rows = numbers.length;
  const x: Tensor = {
    name: 'x',
    datatype: 'FP64',
    shape: [rows],
    data: Float64Array.from(numbers),
  };
  const outputs = [{ name: 'x', datatype: 'FP64', shape: [-1] }] as const;
  const signature = { inputs, outputs };
  const writer = openWriter({ format: 'parquet', signature, carried: [] });
  writer.add({ rows, inputs: [], records: numbers.map((_, row) => row), carried: new Map() }, [x]);
  return writer.finish();
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** The predictions of one object, in the order of its parts. */
export function predictions(store: MemoryStore, object: string, output = request.output): string {
  return store
    .keys(`${output}${object}/part-`)
    .map((key) => store.text(key))
    .join('');
}
