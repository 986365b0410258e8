import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEndpointRuntime } from '../../serving/aws/endpoint-runtime.ts';
import { createRequestBucket } from '../../serving/aws/request-bucket.ts';
import { endpointEnvironment } from '../../serving/contract/endpoint.ts';
import { environment } from '../../serving/contract/environment.ts';
import { type ModelManifest, packageFiles } from '../../serving/contract/manifest.ts';
import { createStandardOutput } from '../../serving/telemetry/standard-output.ts';
import { createEndpointProxy } from './endpoint-proxy.ts';

const { env } = process;
// Lambda names the package's folder; the bundle is CommonJS and stands in it.
const root = env.LAMBDA_TASK_ROOT ?? __dirname;
const manifest: ModelManifest = JSON.parse(readFileSync(join(root, packageFiles.manifest), 'utf8'));
const endpoint = env[endpointEnvironment.endpoint];
if (!endpoint) throw new Error(`${endpointEnvironment.endpoint} names no endpoint`);
const asyncInput = env[endpointEnvironment.asyncInput];

export const handler = createEndpointProxy({
  manifest,
  runtime: createEndpointRuntime({ endpoint, component: env[endpointEnvironment.component] }),
  putRequest: asyncInput ? createRequestBucket(asyncInput) : undefined,
  stage: env[environment.stage] ?? 'dev',
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
  startedAhead: env.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency',
  write: createStandardOutput(),
});
