import type { Comparison } from '../../serving/batch/backtest/comparison.ts';
import { type BatchReport, batchObjects } from '../../serving/contract/batch.ts';
import type { BatchOptions } from '../batch.ts';
import { openPlace } from '../cloud/place.ts';
import { Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { findMachine } from './batch-machine.ts';
import { type Execution, Executions } from './execution.ts';
import { Objects } from './objects.ts';
import { ProgressReader } from './progress-reader.ts';
import { reportText } from './report-text.ts';

/** `siskin batch show`: one job's state, and its report or progress. */
export async function show(
  model: string,
  job: string | undefined,
  options: BatchOptions,
): Promise<void> {
  const place = await openPlace(options);
  const machine = await findMachine(new Stacks(options.stage), model, place);
  const execution = await find(new Executions(), machine.arn, model, job);
  const { host: bucket, pathname } = new URL(execution.request.output);
  const objects = new Objects(bucket);
  const output = pathname.slice(1);
  const shown = {
    model,
    ...execution,
    report: await objects.json<BatchReport>(output + batchObjects.report),
    comparison: await objects.json<Comparison>(output + batchObjects.comparison),
    progress: await new ProgressReader(objects, output, () => 0).read(),
  };
  process.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : reportText(shown));
  if (execution.status !== 'SUCCEEDED' && execution.status !== 'RUNNING') {
    process.exitCode = exitCodes.no;
  }
}

async function find(
  executions: Executions,
  machine: string,
  model: string,
  job: string | undefined,
): Promise<Execution> {
  for await (const execution of executions.list(machine)) {
    if (job === undefined || execution.name === job) return execution;
  }
  throw new CommandError(
    job === undefined
      ? `Model ${model} has run no batch job yet.`
      : `Model ${model} has no job ${job}; \`siskin batch list ${model}\` names all.`,
    exitCodes.couldNotTry,
  );
}
