import { checkNumbers } from '../handler/check-answer.ts';
import type { BatchCloud, PlannedJob } from './batch-cloud.ts';

/** An answer that is wrong would be no use at any speed. */
export async function checkAnswers(
  cloud: BatchCloud,
  job: PlannedJob,
  name: string,
  expected: readonly number[],
  output: string,
): Promise<void> {
  const found: number[] = [];
  for (const row of await rowsOf(cloud, `${job.output}${name}/part-00000-00000.jsonl`)) {
    if (found.length === expected.length) break;
    found.push(...(row[output] as readonly number[]));
  }
  checkNumbers(found, expected);
}

/** Ours and the naive worker's. */
export async function checkSame(cloud: BatchCloud, job: PlannedJob, name: string, naive: string) {
  const ours = await rowsOf(cloud, `${job.output}${name}/part-00000-00000.jsonl`);
  const theirs = await rowsOf(cloud, `${naive}part-0.jsonl`);
  const numbers = (rows: readonly Answer[]) =>
    rows.flatMap(({ id, scores }) => [id as number, ...(scores as readonly number[])]);
  checkNumbers(numbers(ours), numbers(theirs));
}

type Answer = Readonly<Record<string, unknown>>;

async function rowsOf(cloud: BatchCloud, object: string): Promise<Answer[]> {
  const text = (await cloud.read(object)).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
