import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../serving/contract/environment.ts';
import { type CatalogueManifest, packageFiles } from '../../serving/contract/manifest.ts';
import { createStandardOutput } from '../../serving/telemetry/standard-output.ts';
import { createCatalogue } from './catalogue.ts';

const { env } = process;
// Lambda names the package's folder; the bundle is CommonJS and stands in it.
const root = env.LAMBDA_TASK_ROOT ?? __dirname;
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const manifest: CatalogueManifest = JSON.parse(read(packageFiles.catalogue));

export const handler = createCatalogue({
  manifest,
  openapi: read(packageFiles.openapi),
  docs: existsSync(join(root, packageFiles.docs)) ? read(packageFiles.docs) : undefined,
  stage: env[environment.stage] ?? manifest.stage,
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
  startedAhead: env.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency',
  write: createStandardOutput(),
});
