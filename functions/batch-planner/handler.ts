import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { planJob } from '../../serving/batch/job-planner.ts';
import { placeOf } from '../../serving/batch/place.ts';
import {
  type BatchSettings,
  type PlanResult,
  plannerEnvironment,
} from '../../serving/contract/batch.ts';
import { type ModelManifest, packageFiles } from '../../serving/contract/manifest.ts';

const { env } = process;
const manifest: ModelManifest = JSON.parse(
  readFileSync(join(env.LAMBDA_TASK_ROOT ?? __dirname, packageFiles.manifest), 'utf8'),
);
const settings: BatchSettings = JSON.parse(env[plannerEnvironment.settings] ?? '');
const marks = env[plannerEnvironment.marks];
const store = createS3ObjectStore();

/** The state machine's first step: a `BatchRequest` to a plan in the output. */
export function handler(request: unknown): Promise<PlanResult> {
  return planJob(request, {
    store,
    manifest,
    settings,
    marks: marks === undefined ? undefined : placeOf(marks),
    now: () => new Date(),
  });
}
