import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Comparison } from '../../serving/batch/backtest/comparison.ts';
import {
  type BatchReport,
  type BatchRequest,
  batchErrors,
  batchObjects,
} from '../../serving/contract/batch.ts';
import type { BatchRunOptions } from '../batch.ts';
import { Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { batchQueues, dataBucket, findMachine } from './batch-machine.ts';
import { openBatchPlace } from './batch-place.ts';
import { batchRequest } from './batch-request.ts';
import type { BatchEvent, TellBatch } from './events.ts';
import { type Execution, Executions } from './execution.ts';
import { follow } from './follow.ts';
import { Interruptions } from './interruptions.ts';
import { type JobPlaces, jobPlaces } from './job-places.ts';
import { LocalBatch } from './local-batch.ts';
import { Objects } from './objects.ts';
import { OutputFolder } from './output-folder.ts';
import { ProgressReader } from './progress-reader.ts';
import { stageInput } from './stage-input.ts';
import { humanBatchTeller, jsonBatchTeller } from './tellers.ts';

/** `siskin batch run`: starts a job's state machine, follows it, and fetches what it wrote. */
export async function run(model: string, options: BatchRunOptions): Promise<void> {
  const tell = (options.json ? jsonBatchTeller : humanBatchTeller)(process.stdout);
  const stopping = new AbortController();
  const stop = () => stopping.abort(new CommandError('Stopped.', stoppedExitCode));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const place = await openBatchPlace(model, options, stopping.signal);
  try {
    process.exitCode = await runAt(place, model, options, tell, stopping.signal);
  } finally {
    await place.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  }
}

/** 128 + SIGINT. */
const stoppedExitCode = 130;

type BatchPlace = Awaited<ReturnType<typeof openBatchPlace>>;

async function runAt(
  { place }: BatchPlace,
  model: string,
  options: BatchRunOptions,
  tell: TellBatch,
  signal: AbortSignal,
): Promise<number> {
  const stacks = new Stacks(options.stage);
  const machine = await findMachine(stacks, model, place);
  const places = jobPlaces(model, options, await dataBucket(stacks));
  const request = batchRequest(options, places);
  const folder = places.folder && new OutputFolder(places.folder, places.output);
  const output = new URL(places.output);
  const objects = new Objects(output.host);
  await stage(places, tell);
  signal.throwIfAborted();
  const started = performance.now();
  const executions = new Executions();
  const arn = await startOrJoin(executions, machine.arn, request, tell);
  const prefix = output.pathname.slice(1);
  const reader = new ProgressReader(objects, prefix, () => performance.now());
  const batch = new LocalBatch(await batchQueues(stacks, machine), signal);
  const interruptions = new Interruptions(
    { spot: options.spotInterruptions, hard: options.killHard },
    batch,
    { random: Math.random, now: () => performance.now() },
    (job, notice) => tell({ event: 'interrupted', job, notice }),
  );
  const execution = await follow({
    describe: () => executions.describe(arn),
    progress: () => reader.read(),
    onProgress: (progress) => tell({ event: 'progress', ...progress }),
    meanwhile: () => interruptions.strike(),
    pause: () => pause(place.local ? 200 : 5000, undefined, { signal }),
    signal,
  }).catch(async (error) => {
    if (!signal.aborted) throw error;
    await executions.stop(arn, 'siskin batch run was stopped by its user');
    throw new CommandError(
      `Stopped job ${arn.split(':').at(-1)}. The same command resumes it.`,
      stoppedExitCode,
    );
  });
  if (interruptions.left > 0) {
    const text = `the job ended before ${interruptions.left} of the interruptions`;
    tell({ event: 'note', text });
  }
  if (folder) await fetch(execution, folder, objects, prefix, tell);
  const report = await objects.json<BatchReport>(prefix + batchObjects.report);
  const comparison = await objects.json<Comparison>(prefix + batchObjects.comparison);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return conclude(execution, { seconds, report, comparison }, tell);
}

async function fetch(
  { status, error = '' }: Execution,
  folder: OutputFolder,
  objects: Objects,
  prefix: string,
  tell: TellBatch,
): Promise<void> {
  // What lies in the output of a job that was refused may be another's.
  if (couldNotStart.includes(error)) return;
  const isWell = status === 'SUCCEEDED';
  const fetched = isWell
    ? await folder.fetch(objects, prefix)
    : await folder.fetchErrors(objects, prefix);
  const what = isWell ? 'predictions' : 'failed rows';
  if (fetched.files > 0) tell({ event: 'fetched', what, ...fetched, folder: folder.path });
}

async function stage({ files, input }: JobPlaces, tell: TellBatch): Promise<void> {
  if (files.length === 0) return;
  const objects = new Objects(new URL(input).host);
  const sent = await stageInput(files, objects);
  tell({ event: 'staged', files: files.length, sent, input });
}

/** A job that runs into this output already is followed and not started a second time. */
async function startOrJoin(
  executions: Executions,
  machine: string,
  request: BatchRequest,
  tell: TellBatch,
): Promise<string> {
  const { output } = request;
  for await (const running of executions.list(machine, 'RUNNING')) {
    if (running.request.output !== output) continue;
    tell({ event: 'started', execution: running.name, output, joined: true });
    return running.arn;
  }
  const name = randomUUID();
  const arn = await executions.start(machine, name, request);
  tell({ event: 'started', execution: name, output, joined: false });
  return arn;
}

/** Errors of the request and its places: the job could not start. */
const couldNotStart: readonly string[] = [
  batchErrors.badRequest,
  batchErrors.inputMissing,
  batchErrors.outputTaken,
  batchErrors.inputChanged,
];

function conclude(
  execution: Execution,
  outcome: Pick<Extract<BatchEvent, { event: 'complete' }>, 'seconds' | 'report' | 'comparison'>,
  tell: TellBatch,
): number {
  const { status, result, error = status, cause = 'no reason is on record' } = execution;
  if (status === 'SUCCEEDED' && result) {
    tell({ event: 'complete', exitCode: 0, result, ...outcome });
    return exitCodes.done;
  }
  const exitCode = couldNotStart.includes(error) ? exitCodes.couldNotTry : exitCodes.no;
  tell({ event: 'failed', exitCode, error, cause });
  return exitCode;
}
