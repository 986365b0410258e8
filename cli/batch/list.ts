import type { BatchOptions } from '../batch.ts';
import { openPlace } from '../cloud/place.ts';
import { Stacks } from '../cloud/stacks.ts';
import { findMachine, findMachines } from './batch-machine.ts';
import { type Execution, Executions } from './execution.ts';
import { number } from './figures.ts';

interface ListedJob extends Execution {
  readonly model: string;
}

/** `siskin batch list`: jobs, the newest first. */
export async function list(model: string | undefined, options: BatchOptions): Promise<void> {
  const place = await openPlace(options);
  const stacks = new Stacks(options.stage);
  const machines = model ? [await findMachine(stacks, model, place)] : await findMachines(stacks);
  const executions = new Executions();
  const jobs: ListedJob[] = [];
  for (const machine of machines) {
    for await (const job of executions.list(machine.arn))
      jobs.push({ model: machine.model, ...job });
  }
  jobs.sort((a, b) => b.started.getTime() - a.started.getTime());
  process.stdout.write(
    options.json ? `${JSON.stringify({ jobs }, null, 2)}\n` : jobsText(jobs, place.name),
  );
}

export function jobsText(jobs: readonly ListedJob[], where: string): string {
  if (jobs.length === 0) return `No batch job has run on ${where}.\n`;
  return jobs.map((job) => `${jobLine(job)}\n`).join('');
}

function jobLine({ model, name, status, started, result, error, request }: ListedJob): string {
  const outcome = result
    ? `${number(result.rows)} rows, ${number(result.errors)} failed`
    : (error ?? '');
  const time = started.toISOString().slice(0, 19);
  return [name, model, time, status, outcome, request.output].join('  ');
}
