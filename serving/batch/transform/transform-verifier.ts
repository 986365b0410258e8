import {
  type BatchAttempt,
  type BatchManifest,
  type BatchPart,
  type BatchReport,
  type BatchResult,
  type BatchTotals,
  batchErrors,
  batchObjects,
  type TransformJobFacts,
  type TransformOutcome,
} from '../../contract/batch.ts';
import { BatchFailure } from '../batch-failure.ts';
import { differs } from '../coverage.ts';
import { advanceMark } from '../high-water-mark.ts';
import { inParallel } from '../in-parallel.ts';
import { readAttempts, reportOf } from '../job-report.ts';
import { jsonBytes, jsonType, type ObjectStore, readJson } from '../object-store.ts';
import { below, type Place, placeText } from '../place.ts';
import { openPlan } from '../plan.ts';
import { answeredObject, isComplete } from './answered-object.ts';
import { plannedObjects, type TransformPlan } from './transform-plan.ts';

/** Objects that are counted at once. */
const width = 8;
const mostNames = 5;

/** Proves that each line has its answer, and writes manifest and report; or says by an error's name why not. */
export async function verifyTransform(
  store: ObjectStore,
  planPlace: Place,
  { job }: TransformOutcome,
): Promise<BatchResult> {
  const plan = await openPlan<TransformPlan>(store, planPlace);
  const counted = await count(store, plan);
  if (job) await recordRun(store, plan, job, counted);
  if (counted.missing > 0) throw unanswered(counted, job);
  const { rows, errors, parts } = (await writeResults(store, plan, counted)).totals;
  if (plan.mark) await advanceMark(store, plan.request.output, plan.mark);
  const text = (name: string) => placeText(below(plan.request.output, name));
  return {
    job: plan.job,
    manifest: text(batchObjects.manifest),
    report: text(batchObjects.report),
    rows,
    errors,
    parts,
  };
}

interface Counted {
  readonly parts: readonly BatchPart[];
  readonly totals: BatchTotals;
  /** Objects without an output, and the names of the first of them. */
  readonly missing: number;
  readonly names: readonly string[];
  /** Bytes of the objects that have one. */
  readonly inputBytes: number;
}

async function count(store: ObjectStore, plan: TransformPlan): Promise<Counted> {
  const parts: BatchPart[] = [];
  const names: string[] = [];
  let [missing, inputBytes] = [0, 0];
  const answered = inParallel(plannedObjects(store, plan), width, async (object) => ({
    object,
    answer: await answeredObject(store, plan, object),
  }));
  for await (const { object, answer } of answered) {
    if (!answer) {
      missing += 1;
      if (names.length < mostNames) names.push(object.name);
      continue;
    }
    const { key, records, answers, lines, rows, bytes, sha256 } = answer;
    if (!isComplete(answer)) {
      throw differs(
        `${key} has ${lines} lines, ${answers} of them answers, and ${object.name} has ${records} lines`,
      );
    }
    inputBytes += object.size;
    parts.push({ key, records, rows, errors: 0, bytes, sha256 });
  }
  const sum = (value: (part: BatchPart) => number) =>
    parts.reduce((total, part) => total + value(part), 0);
  const totals = {
    records: sum((part) => part.records),
    rows: sum((part) => part.rows),
    errors: 0,
    parts: parts.length,
    bytes: sum((part) => part.bytes),
  };
  return { parts, totals, missing, names, inputBytes };
}

function unanswered({ missing, names }: Counted, job: TransformJobFacts | undefined): BatchFailure {
  const more = missing > names.length ? ` and ${missing - names.length} more` : '';
  const which = `${missing} of the objects have no answers: ${names.join(', ')}${more}`;
  if (job?.TransformJobStatus === 'Failed') {
    return new BatchFailure(
      batchErrors.transformFailed,
      `${which}. SageMaker says: ${job.FailureReason ?? 'nothing'}; the log group /aws/sagemaker/TransformJobs has the container's lines below ${job.TransformJobName}/, and the refused records in its data-log. What is finished is kept: the same request goes on with these objects; a corrected input is another job, with another output`,
    );
  }
  return job?.TransformJobStatus === 'Completed'
    ? differs(`${which}, though SageMaker has completed ${job.TransformJobName}`)
    : new BatchFailure(batchErrors.incomplete, `${which}; the same request goes on with these`);
}

/** The hours of a run that SageMaker bills, in the records that the report is made from. */
async function recordRun(
  store: ObjectStore,
  { request, run, instances }: TransformPlan,
  job: TransformJobFacts,
  { totals, inputBytes }: Counted,
): Promise<void> {
  const { TransformStartTime: start, TransformEndTime: end } = job;
  if (start === undefined || end === undefined) return;
  const isEarlier = ({ task }: BatchAttempt) => !task.startsWith(`${job.TransformJobName}:`);
  const earlier = (await readAttempts(store, { request })).filter(isEarlier);
  const since = (value: number, of: (attempt: BatchAttempt) => number) =>
    value - earlier.reduce((sum, attempt) => sum + of(attempt), 0);
  for (let worker = 0; worker < instances.count; worker += 1) {
    // Nobody tells which instance has answered what: the first one stands for all.
    const isFirst = worker === 0;
    const record: BatchAttempt = {
      worker,
      task: `${job.TransformJobName}:${worker}`,
      attempt: 1,
      capacity: 'on-demand',
      vcpus: instances.vcpus,
      ...(instances.price && { price: instances.price }),
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      outcome: job.TransformJobStatus === 'Completed' ? 'done' : 'failed',
      rows: isFirst ? since(totals.rows, ({ rows }) => rows) : 0,
      errors: 0,
      parts: isFirst ? since(totals.parts, ({ parts }) => parts) : 0,
      shards: isFirst ? since(totals.parts, ({ shards }) => shards) : 0,
      inputBytes: isFirst ? since(inputBytes, (attempt) => attempt.inputBytes) : 0,
    };
    const place = below(request.output, `${batchObjects.attempts}${run}-${worker}.json`);
    await store.write(place, jsonBytes(record), jsonType);
  }
}

/** The report first: who sees the manifest finds all of it. */
async function writeResults(
  store: ObjectStore,
  plan: TransformPlan,
  { parts, totals }: Counted,
): Promise<BatchReport> {
  const place = (name: string) => below(plan.request.output, name);
  const written = await readJson<BatchManifest>(store, place(batchObjects.manifest));
  const known = written && (await readJson<BatchReport>(store, place(batchObjects.report)));
  // Verified once more, because the same request was sent once more: the report is that of the work.
  if (known) return known;
  const report = reportOf(plan, totals, await readAttempts(store, plan));
  await store.write(place(batchObjects.report), jsonBytes(report), jsonType);
  const { input } = plan;
  const manifest: BatchManifest = {
    job: plan.job,
    model: plan.model.name,
    version: plan.request.version,
    input: { place: placeText(plan.request.input), objects: input.objects, bytes: input.bytes },
    totals,
    parts,
  };
  await store.write(place(batchObjects.manifest), jsonBytes(manifest), jsonType);
  return report;
}
