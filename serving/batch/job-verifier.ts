import {
  type BatchManifest,
  type BatchPart,
  type BatchReport,
  type BatchResult,
  batchErrors,
  batchObjects,
} from '../contract/batch.ts';
import { compare } from './backtest/comparison.ts';
import { mergeTallies, noTally, type Tally } from './backtest/tally.ts';
import { BatchFailure } from './batch-failure.ts';
import { Coverage, type CoveredPart } from './coverage.ts';
import { ErrorFile } from './error-file.ts';
import { advanceMark } from './high-water-mark.ts';
import { inParallel } from './in-parallel.ts';
import { readAttempts, reportOf } from './job-report.ts';
import { jsonBytes, jsonType, type ObjectStore, readJson } from './object-store.ts';
import { OutputListing } from './output-listing.ts';
import { below, type Place, placeText } from './place.ts';
import { openPlan, type Plan, readShards } from './plan.ts';
import { finishedShards, readReceipt } from './receipt.ts';
import { refuseStopped, refuseTooManyErrors } from './stop.ts';

/** Requests for receipts and tallies at once. */
const width = 32;

/** Proves that the job is complete and exact, and writes its manifest; or says by an error's name why not. */
export async function verifyJob(store: ObjectStore, planPlace: Place): Promise<BatchResult> {
  const plan = await openPlan(store, planPlace);
  await refuseStopped(store, plan);
  await refuseIncomplete(store, plan);
  await refuseTooManyErrors(store, plan);
  const verified = await verifiedParts(store, plan);
  const report = await writeResults(store, plan, verified);
  if (plan.mark) await advanceMark(store, plan.request.output, plan.mark);
  const { output, backtest } = plan.request;
  const text = (name: string) => placeText(below(output, name));
  const { rows, errors, parts } = report.totals;
  return {
    job: plan.job,
    manifest: text(batchObjects.manifest),
    report: text(batchObjects.report),
    rows,
    errors,
    parts,
    ...(backtest && { comparison: text(batchObjects.comparison) }),
  };
}

async function refuseIncomplete(store: ObjectStore, plan: Plan): Promise<void> {
  const { size } = await finishedShards(store, plan);
  if (size >= plan.shards) return;
  throw new BatchFailure(
    batchErrors.incomplete,
    `${plan.shards - size} of ${plan.shards} shards are not done; the same request goes on where they are`,
  );
}

interface Verified {
  readonly coverage: Coverage;
  /** Lines of the manifest. */
  readonly parts: readonly string[];
  readonly errors: ErrorFile;
  readonly tally: Tally;
}

/** Reads every receipt once and holds nothing of it but the manifest's lines. */
async function verifiedParts(store: ObjectStore, plan: Plan): Promise<Verified> {
  const listing = await OutputListing.read(store, plan);
  const target = { store, output: plan.request.output, job: plan.job };
  const coverage = new Coverage();
  const errors = new ErrorFile(store, plan.request.output);
  const parts: string[] = [];
  let tally = noTally;
  const receipts = inParallel(readShards(store, plan), width, async (shard) => {
    return { shard, receipt: await readReceipt(target, shard.number) };
  });
  for await (const { shard, receipt } of receipts) {
    listing.check(receipt);
    const covered = coverage.add(shard, receipt);
    for (const part of covered) parts.push(JSON.stringify(manifestPart(part)));
    await errors.add(shard, receipt, covered);
    if (plan.request.backtest) tally = await withTallies(store, plan, tally, covered);
  }
  return { coverage, parts, errors, tally };
}

function manifestPart({ key, records, rows, errors, bytes, sha256 }: CoveredPart): BatchPart {
  return { key, records, rows, errors, bytes, sha256 };
}

async function withTallies(
  store: ObjectStore,
  { request }: Plan,
  sum: Tally,
  parts: readonly CoveredPart[],
): Promise<Tally> {
  let tally = sum;
  const tallies = inParallel(parts, width, ({ key }) =>
    readJson<Tally>(store, below(request.output, key)),
  );
  for await (const each of tallies) if (each) tally = mergeTallies(tally, each);
  return tally;
}

/** The report and what a backtest found first: who sees the manifest finds all of it. */
async function writeResults(
  store: ObjectStore,
  plan: Plan,
  { coverage, parts, errors, tally }: Verified,
): Promise<BatchReport> {
  const { output, backtest } = plan.request;
  const { totals } = coverage;
  const place = (name: string) => below(output, name);
  const written = await readJson<BatchManifest>(store, place(batchObjects.manifest));
  const known = written && (await readJson<BatchReport>(store, place(batchObjects.report)));
  // Verified once more, because the same request was sent once more: the report is that of the work.
  if (known) return known;
  await errors.write();
  if (backtest) {
    const comparison = compare(plan, backtest, tally);
    await store.write(place(batchObjects.comparison), jsonBytes(comparison), jsonType);
  }
  const report = reportOf(plan, totals, await readAttempts(store, plan));
  await store.write(place(batchObjects.report), jsonBytes(report), jsonType);
  const head = {
    job: plan.job,
    model: plan.model.name,
    version: plan.request.version,
    input: {
      place: placeText(plan.request.input),
      objects: plan.input.objects,
      bytes: plan.input.bytes,
    },
    totals,
  };
  await store.write(place(batchObjects.manifest), manifestBytes(head, parts), jsonType);
  return report;
}

/** One part a line: a million of them stay readable by line, and are never held as objects. */
function manifestBytes(head: Omit<BatchManifest, 'parts'>, parts: readonly string[]): Uint8Array {
  const text = JSON.stringify(head).slice(0, -1);
  const list = parts.length === 0 ? '' : `\n${parts.join(',\n')}\n`;
  return Buffer.from(`${text},"parts":[${list}]}\n`);
}
