import {
  batchObjects,
  type TransformPlanResult,
  type TransformSettings,
} from '../../contract/batch.ts';
import { wholeObject } from '../../records/format.ts';
import { inParallel } from '../in-parallel.ts';
import { inputFolder } from '../input-listing.ts';
import { type JobRequest, parseJobRequest } from '../job-request.ts';
import { startJob, versionsOf } from '../job-start.ts';
import { type NewPlanOptions, newPlan } from '../new-plan.ts';
import { type ObjectStore, readJson } from '../object-store.ts';
import { below, placeText } from '../place.ts';
import { answeredObject, isComplete } from './answered-object.ts';
import { refuseWorkersOptions, TransformInput } from './transform-input.ts';
import { plannedObjects, type TransformPlan } from './transform-plan.ts';

export interface TransformPlannerOptions extends NewPlanOptions {
  readonly settings: TransformSettings;
}

/** Objects that are counted at once. */
const width = 8;

/** Plans a transform job, or what is left of the one that the same request has begun in this output. */
export async function planTransform(
  given: unknown,
  options: TransformPlannerOptions,
): Promise<TransformPlanResult> {
  const { store, manifest, settings, now } = options;
  refuseWorkersOptions(given);
  const request = parseJobRequest(given, manifest, { maxWorkers: 1, errorLimit: 0 });
  const plan = await startJob(
    request,
    { store, manifest, kind: 'transform' },
    async (requestDigest) => await planned(request, requestDigest, options),
  );
  const left = await unanswered(store, plan);
  const { input, output } = request;
  const manifestPlace = below(output, `${batchObjects.transforms}${plan.run}.json`);
  const folder = placeText({ bucket: input.bucket, key: inputFolder(input) });
  await store.write(manifestPlace, Buffer.from(JSON.stringify([{ prefix: folder }, ...left])));
  return {
    plan: placeText(below(output, batchObjects.plan)),
    objects: left.length,
    jobName: jobName(settings.jobPrefix, plan.job, now()),
    manifest: placeText(manifestPlace),
    output: placeText(output),
    transform: {},
  };
}

/** SageMaker takes names of 63 characters, and each only once: also after its job has ended. */
function jobName(prefix: string, job: string, now: Date): string {
  const end = `-${job.slice(0, 8)}-${now.getTime().toString(36)}`;
  return `${prefix.slice(0, 63 - end.length).replace(/-+$/, '')}${end}`;
}

async function planned(
  request: JobRequest,
  requestDigest: string,
  options: TransformPlannerOptions,
): Promise<TransformPlan> {
  const { store, manifest, settings } = options;
  const plan = await newPlan(request, requestDigest, options, async (listing, pages) => {
    const check = new TransformInput(store, request);
    for await (const page of listing.pages()) {
      for (const object of page) {
        await check.check(object);
        await pages.add([{ object, slice: { start: 0, end: wholeObject } }]);
      }
    }
    check.conclude();
  });
  const [version] = versionsOf(request, manifest);
  const rowsOutput = version?.outputs.find(({ shape }) => shape[0] === -1)?.name;
  return {
    ...plan,
    instances: settings.instances,
    ...(rowsOutput !== undefined && { rowsOutput }),
  };
}

/** Names of the objects that an earlier run has not answered completely. */
async function unanswered(store: ObjectStore, plan: TransformPlan): Promise<string[]> {
  const isFirst = plan.run === 1;
  const manifest = below(plan.request.output, batchObjects.manifest);
  if (!isFirst && (await readJson(store, manifest))) return [];
  const left: string[] = [];
  const counted = inParallel(plannedObjects(store, plan), width, async (object) => {
    // What lies there before the first run is none of this job's.
    const answered = isFirst ? undefined : await answeredObject(store, plan, object);
    return { name: object.name, isDone: answered !== undefined && isComplete(answered) };
  });
  for await (const { name, isDone } of counted) if (!isDone) left.push(name);
  return left;
}
