import type { Model, ModelRepository } from '../lib/model-repository/model.ts';
import { buildFunctions, bundleOf, type FunctionBundles } from './functions.ts';
import type { ServedVersion } from './model-package.ts';
import {
  buildOnnxruntimeLayer,
  type LayerArchitecture,
  type OnnxruntimeLayer,
} from './onnxruntime-layer.ts';
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
}

export interface BuildOptions {
  /** @default - x64 */
  readonly architecture?: LayerArchitecture;
  /** @default - `dist` in the working directory */
  readonly outDir?: string;
}

/** Builds what is not yet built; without changes it reads digests and nothing more. */
export async function buildArtifacts(
  repository: ModelRepository,
  { architecture = 'x64', outDir = defaultOutDir() }: BuildOptions = {},
): Promise<Artifacts> {
  const layer = buildOnnxruntimeLayer(architecture, outDir);
  const functions = await buildFunctions(outDir);
  const versions = new Map(
    repository.models.map((model) => [
      model.name,
      model.versions.map((version) => prepareModel(version, outDir)),
    ]),
  );
  return { outDir, functions, layer, versions };
}

/** Which of the model's versions travel in its function's package. */
export function planModel(model: Model, artifacts: Artifacts): PackagePlan<ServedVersion> {
  const versions = artifacts.versions.get(model.name);
  if (!versions) throw new Error(`The build made no versions of model ${model.name}`);
  const code = bundleOf(artifacts.functions, 'predict').bytes;
  return planPackage(versions, model.live, roomForModels({ layer: artifacts.layer.bytes, code }));
}
