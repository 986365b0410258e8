import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { placeOf } from '../../serving/batch/place.ts';
import { planTransform } from '../../serving/batch/transform/transform-planner.ts';
import {
  plannerEnvironment,
  type TransformPlanResult,
  type TransformSettings,
} from '../../serving/contract/batch.ts';
import { type ModelManifest, packageFiles } from '../../serving/contract/manifest.ts';

const { env } = process;
const manifest: ModelManifest = JSON.parse(
  readFileSync(join(env.LAMBDA_TASK_ROOT ?? __dirname, packageFiles.manifest), 'utf8'),
);
const settings: TransformSettings = JSON.parse(env[plannerEnvironment.settings] ?? '');
const marks = env[plannerEnvironment.marks];
const store = createS3ObjectStore();

/** The state machine's first step: a `BatchRequest` to a plan in the output, and a job for SageMaker. */
export function handler(request: unknown): Promise<TransformPlanResult> {
  return planTransform(request, {
    store,
    manifest,
    settings,
    marks: marks === undefined ? undefined : placeOf(marks),
    now: () => new Date(),
  });
}
