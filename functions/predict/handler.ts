import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createModelBucket } from '../../serving/aws/model-bucket.ts';
import { environment } from '../../serving/contract/environment.ts';
import { type ModelManifest, packageFiles } from '../../serving/contract/manifest.ts';
import { createOnnxEngine } from '../../serving/engine/onnx-engine.ts';
import { createStandardOutput } from '../../serving/telemetry/standard-output.ts';
import { createPredict } from './predict.ts';

const { env } = process;
// Lambda names the package's folder; the bundle is CommonJS and stands in it.
const root = env.LAMBDA_TASK_ROOT ?? __dirname;
const manifest: ModelManifest = JSON.parse(readFileSync(join(root, packageFiles.manifest), 'utf8'));

const predict = createPredict({
  manifest,
  root,
  engine: createOnnxEngine({ threads: Number(env[environment.intraOpThreads] ?? 1) }),
  fetchObject: createModelBucket(env[environment.modelBucket]),
  stage: env[environment.stage] ?? 'dev',
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
  startedAhead: env.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency',
  memory: Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0),
  write: createStandardOutput(),
});

// During the init phase, which has the whole processor.
predict.warmUp();

export const { handler } = predict;
