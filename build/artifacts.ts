import type { Model, ModelRepository } from '../lib/model-repository/model.ts';
import { endpointArchives, type ModelArchives } from './endpoint-archives.ts';
import { buildFunctions, bundleOf, type FunctionBundles } from './functions.ts';
import type { ServedVersion } from './model-package.ts';
import {
  buildOnnxruntimeLayer,
  type LayerArchitecture,
  type OnnxruntimeLayer,
} from './onnxruntime-layer.ts';
import { optimizedModel } from './optimization/optimized-model.ts';
import { type PackagePlan, planPackage, roomForModels } from './package-plan.ts';
import { prepareModel } from './prepare-model.ts';
import { defaultOutDir } from './project.ts';

/** Everything on disk that the CDK app turns into assets. */
export interface Artifacts {
  readonly outDir: string;
  readonly functions: FunctionBundles;
  readonly layer: OnnxruntimeLayer;
  /** By name of the model: its addressable versions, as they are served. */
  readonly versions: ReadonlyMap<string, readonly ServedVersion[]>;
  /** By name of a model with an endpoint: the archives of its live version and of that one's shadow. */
  readonly archives: ReadonlyMap<string, ModelArchives>;
}

export interface BuildOptions {
  /** @default - x64 */
  readonly architecture?: LayerArchitecture;
  /** @default - `dist` in the working directory */
  readonly outDir?: string;
  /**
   * Told why a model is served without its optimized form.
   *
   * @default - a line on stderr
   */
  readonly warn?: (message: string) => void;
}

/** Builds what is not yet built; without changes it reads digests and nothing more. */
export async function buildArtifacts(
  repository: ModelRepository,
  { architecture = 'x64', outDir = defaultOutDir(), warn = console.warn }: BuildOptions = {},
): Promise<Artifacts> {
  const layer = buildOnnxruntimeLayer(architecture, outDir);
  const functions = await buildFunctions(outDir);
  const versions = new Map<string, ServedVersion[]>();
  const archives = new Map<string, ModelArchives>();
  for (const model of repository.models) {
    const served: ServedVersion[] = [];
    // One after the other: each optimization has a model in memory and takes a whole processor.
    for (const version of model.versions) {
      const plain = prepareModel(version, outDir);
      // The form is for cold starts of functions; a container loads its model once.
      const optimized = model.config.sagemaker
        ? undefined
        : await optimizedModel(plain, version, { outDir, architecture, warn });
      served.push({ ...plain, ...(optimized && { optimized }) });
    }
    versions.set(model.name, served);
    if (model.config.sagemaker) {
      archives.set(model.name, await endpointArchives(model, served, outDir));
    }
  }
  return { outDir, functions, layer, versions, archives };
}

/** Which of the model's versions travel in its function's package. */
export function planModel(model: Model, artifacts: Artifacts): PackagePlan<ServedVersion> {
  const versions = artifacts.versions.get(model.name);
  if (!versions) throw new Error(`The build made no versions of model ${model.name}`);
  const code = bundleOf(artifacts.functions, 'predict').bytes;
  return planPackage(versions, model.live, roomForModels({ layer: artifacts.layer.bytes, code }));
}
