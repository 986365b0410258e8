import { join } from 'node:path';
import { type DeployedModel, deployModels, packageOf } from '../measure/package.ts';
import { writeModels } from '../models/bench-models.ts';
import { tabularFeatures } from '../models/tabular.ts';
import { atLeast, atMost, type Bench, type Row, type Scenario } from '../scenario.ts';
import { BareLoop } from './bare-loop.ts';
import { checkAnswers, checkSame } from './batch-answers.ts';
import { BatchCloud, type PlannedJob } from './batch-cloud.ts';
import {
  digitsJsonl,
  digitsParquet,
  digitsTensor,
  type TabularForm,
  tabularData,
  tabularForms,
} from './batch-data.ts';
import { runMetered } from './metered-worker.ts';
import type { NaiveTask } from './naive-worker.ts';
import { comparedRates, type Rate } from './rate.ts';

interface BatchBench extends Bench {
  readonly cloud: BatchCloud;
  readonly digits: DeployedModel;
  readonly tabular: DeployedModel;
  readonly rounds: number;
}

const key = 'id';
const partRows = 8192;

/** The whole job of the shipped worker: reading from S3, inference, and parts in S3. */
export const batchScenario: Scenario = {
  name: 'batch',
  title: 'Batch, whole job of one worker',
  run: async (bench) => {
    const models = writeModels(join(bench.folder, 'models'), ['tabular', 'digits']);
    const deployed = await deployModels(models, join(bench.folder, 'task'), 'unprepared');
    const cloud = await BatchCloud.start(bench.folder, deployed.values());
    const prepared: BatchBench = {
      ...bench,
      cloud,
      digits: packageOf(deployed, 'digits'),
      tabular: packageOf(deployed, 'tabular'),
      rounds: bench.quick ? 1 : 3,
    };
    try {
      const rows = await digitsRows(prepared);
      for (const form of tabularForms) rows.push(await tabularRow(prepared, form));
      rows.push(await scalingRow(prepared), await memoryRow(prepared));
      return rows;
    } finally {
      await cloud.stop();
    }
  },
};

async function digitsRows(bench: BatchBench): Promise<Row[]> {
  const { cloud, digits, folder } = bench;
  const tensor = digitsTensor();
  const rows = 5 * partRows;
  const files = [
    ['JSONL', 'digits.jsonl', digitsJsonl(tensor, rows)],
    ['Parquet', 'digits.parquet', digitsParquet(tensor, rows)],
  ] as const;
  const found: Row[] = [];
  for (const [form, name, bytes] of files) {
    bench.progress(`digits ${form}, ${megabytes(bytes)} MB`);
    await cloud.put(name, bytes);
    const plan = (): Promise<PlannedJob> => cloud.plan(digits, name, 1, { key, format: 'jsonl' });
    const { chunk } = await plan();
    const task = { input: 'image', shape: [1, 28, 28], batch: chunk, rows: 3 * partRows };
    const bare = new BareLoop(digits, folder, tensor, task);
    try {
      await bare.round();
      const scores = await bare.scores();
      const whole = async () => {
        const job = await plan();
        const { rate } = await cloud.work(job);
        await checkAnswers(cloud, job, name, scores, 'probabilities');
        return rate;
      };
      const sides = await inTurns(bench, whole, () => bare.round());
      found.push({
        subject: `digits, ${form}: whole job`,
        baseline: 'bare onnxruntime loop over tensors in memory',
        goal: atLeast(0.9),
        outcome: comparedRates(sides),
      });
    } finally {
      bare.stop();
    }
  }
  return found;
}

async function tabularRow(bench: BatchBench, form: TabularForm): Promise<Row> {
  const { cloud, tabular, quick } = bench;
  const { text } = tabularData(form, (quick ? 10 : 40) * partRows);
  bench.progress(`13 features, ${form.name}, ${megabytes(text)} MB`);
  const name = 'tabular.jsonl';
  await cloud.put(name, text);
  const plan = () => cloud.plan(tabular, name, 1, { key });
  const { chunk } = await plan();
  let naiveJobs = 0;
  let job: PlannedJob;
  const whole = async () => {
    job = await plan();
    return (await cloud.work(job)).rate;
  };
  const naive = async () => {
    naiveJobs += 1;
    const output = `naive-${naiveJobs}/`;
    const rate = await naiveWork(bench, name, output, chunk);
    await checkSame(cloud, job, name, output);
    return rate;
  };
  const sides = await inTurns(bench, whole, naive);
  return {
    subject: `13 features, JSONL with ${form.name}: whole job`,
    baseline: 'a worker with `JSON.parse` and `JSON.stringify` a line',
    goal: atLeast(3),
    outcome: comparedRates(sides),
  };
}

async function naiveWork(
  { cloud, tabular, folder }: BatchBench,
  input: string,
  output: string,
  batch: number,
): Promise<Rate> {
  const { handlerFile, sourceFile: modelFile, env } = tabular;
  const task: NaiveTask = {
    ...{ input, output, handlerFile, modelFile, batch, partRows },
    ...{ tensor: 'x', elements: tabularFeatures },
  };
  const worker = join(import.meta.dirname, 'naive-worker.ts');
  const { rate } = await runMetered({
    parameters: [worker, JSON.stringify(task)],
    env: { ...env, ...cloud.env },
    meterFile: join(folder, 'meter-naive.json'),
  });
  return rate;
}

/** Two workers share a job, on two cores; what a second gives is the sum of both. */
async function scalingRow(bench: BatchBench): Promise<Row> {
  const { cloud, digits } = bench;
  bench.progress('two workers');
  const shardBytes = 12 * 1024 * 1024;
  const plan = (workers: number) =>
    cloud.plan(digits, 'digits.jsonl', workers, { key, shardBytes });
  const sides = await inTurns(
    bench,
    async () => {
      const job = await plan(2);
      const runs = await Promise.all([cloud.work(job, 0), cloud.work(job, 1)]);
      return together(runs.map(({ rate }) => rate));
    },
    async () => (await cloud.work(await plan(1))).rate,
  );
  const { ratio, wallRatio, ...outcome } = comparedRates(sides);
  return {
    subject: 'digits, JSONL: two workers, on the clock',
    baseline: 'one worker',
    goal: atLeast(1.8),
    outcome: { ...outcome, ratio: wallRatio ?? ratio },
  };
}

function together(rates: readonly Rate[]): Rate {
  const rows = rates.reduce((sum, rate) => sum + rate.rows, 0);
  const cpuMicros = rates.reduce((sum, rate) => sum + rate.cpuMicros, 0);
  const perMicro = rates.reduce((sum, rate) => sum + rate.rows / rate.wallMicros, 0);
  return { rows, cpuMicros, wallMicros: rows / perMicro };
}

/** The worker's peak over a file of some hundred megabytes and over a tenth of it. */
async function memoryRow(bench: BatchBench): Promise<Row> {
  const { cloud, tabular, quick } = bench;
  const [, form] = tabularForms as [TabularForm, TabularForm];
  const tenth = tabularData(form, (quick ? 5 : 15) * partRows).text;
  const whole = Buffer.concat(Array.from({ length: 10 }, () => tenth));
  bench.progress(`memory, ${megabytes(whole)} MB`);
  const peak = async (name: string, text: Buffer) => {
    await cloud.put(name, text);
    const { peakMegabytes } = await cloud.work(await cloud.plan(tabular, name));
    return { value: peakMegabytes };
  };
  const small = await peak('tenth.jsonl', tenth);
  const large = await peak('whole.jsonl', whole);
  return {
    subject: `peak memory of a worker, ${megabytes(whole)} MB of JSONL`,
    baseline: 'of a tenth of it',
    goal: atMost(1.25),
    outcome: {
      ratio: large.value / small.value,
      unit: 'MB',
      subject: large,
      baseline: small,
      rounds: 1,
    },
  };
}

async function inTurns(
  { rounds }: BatchBench,
  subject: () => Promise<Rate>,
  baseline: () => Promise<Rate>,
) {
  const sides = { subject: [] as Rate[], baseline: [] as Rate[] };
  for (let round = 0; round < rounds; round += 1) {
    sides.subject.push(await subject());
    sides.baseline.push(await baseline());
  }
  return sides;
}

function megabytes(bytes: Uint8Array): number {
  return Math.round(bytes.length / 1e6);
}
