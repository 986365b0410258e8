import { App } from 'aws-cdk-lib';
import { CDK_APP_MODE_CONTEXT, type CloudAssembly } from 'aws-cdk-lib/cx-api';
import { buildArtifacts } from '../build/artifacts.ts';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { InferenceApp } from './inference-app.ts';
import { RepositoryError } from './model-repository/problem.ts';
import { readModelRepository } from './model-repository/read-model-repository.ts';
import { findingsIn } from './validation/report.ts';

export interface SynthesizeOptions {
  readonly config: Config;
  /**
   * Context of the app, over which goes what the CDK CLI hands over.
   *
   * @default - Siskin's feature flags
   */
  readonly context?: Record<string, unknown>;
  /**
   * Where the assembly is written.
   *
   * @default - where the CDK CLI says, or a temporary folder
   */
  readonly outdir?: string;
  /**
   * Where the build writes bundles, layer and packages.
   *
   * @default - `dist` in the working directory
   */
  readonly buildDir?: string;
  /**
   * Adds to the app before the assembly is written.
   *
   * @default - nothing is added
   */
  readonly extend?: Extension;
}

/** Adds stacks of your own to the app, beside the platform, the models and the API. */
export type Extension = (app: InferenceApp) => void | Promise<void>;

/** Reads the model repository, builds what is new, and writes the cloud assembly. */
export async function synthesize(options: SynthesizeOptions): Promise<CloudAssembly> {
  const { config, context, outdir, buildDir, extend } = options;
  const repository = readModelRepository(config.models);
  for (const { name, config: placed, origins } of repository.models) {
    const [, reason] = origins.target?.match(/^auto: (.*)$/s) ?? [];
    // On stderr: stdout belongs to the template that the CDK CLI may print.
    if (reason) console.warn(`Model ${name} has the target ${placed.target}: ${reason}.`);
  }
  const artifacts = await buildArtifacts(repository, {
    architecture: config.architecture === 'arm64' ? 'arm64' : 'x64',
    ...(buildDir && { outDir: buildDir }),
  });
  const app = new InferenceApp({
    config,
    repository,
    artifacts,
    autoSynth: false,
    ...(context && { context }),
    ...(outdir && { outdir }),
  });
  await extend?.(app);
  return app.synth();
}

/**
 * The whole app in one call: synthesizes with what the CDK CLI hands over, and says on stderr what is
 * wrong. Gives the exit code.
 */
export async function synthesizeFromContext(extend?: Extension): Promise<number> {
  try {
    // Only an app can read the context that the CLI hands over, and the config decides how the app
    // is made: so this one is asked and thrown away.
    const { node } = new App({ autoSynth: false });
    const config = readConfig((key) => node.tryGetContext(key));
    // Findings are printed and make the exit code; in other modes they are thrown with a stack.
    const context = { [CDK_APP_MODE_CONTEXT]: 'process' };
    const { directory } = await synthesize({ config, context, ...(extend && { extend }) });
    return findingsIn(directory).length > 0 ? 1 : 0;
  } catch (error) {
    // Mistakes of the user, with a list of what to do; anything else is ours and keeps its stack.
    if (!(error instanceof ConfigError || error instanceof RepositoryError)) throw error;
    console.error(error.message);
    return 1;
  }
}
