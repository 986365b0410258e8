import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifacts, buildArtifacts, planModel } from '../../build/artifacts.ts';
import { bundleOf } from '../../build/functions.ts';
import { type ServedVersion, stageModelPackage } from '../../build/model-package.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { environment } from '../../serving/contract/environment.ts';

/** A model's function as it is deployed: the very bundle, the layer, and the variables Lambda sets. */
export interface DeployedModel {
  readonly model: string;
  /** What Lambda unpacks to /var/task. */
  readonly folder: string;
  readonly handlerFile: string;
  /** The model file as its owner wrote it. */
  readonly sourceFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Builds a repository as synth does, and unpacks each model's package below `target`; unprepared, a
 * model travels as its owner wrote it.
 */
export async function deployModels(
  repositoryFolder: string,
  target: string,
  form: 'prepared' | 'unprepared' = 'prepared',
): Promise<Map<string, DeployedModel>> {
  const repository = readModelRepository(repositoryFolder);
  const artifacts = await buildArtifacts(repository);
  return new Map(
    repository.models.map((model) => {
      const { inside } = planModel(model, artifacts);
      const versions = form === 'prepared' ? inside : inside.map(plain);
      const bundle = bundleOf(artifacts.functions, 'predict');
      const staged = stageModelPackage({ ...model, versions, bundle, outside: new Map() });
      // Out of the checkout, whose node_modules would take the place of the layer.
      const folder = join(target, model.name);
      cpSync(staged.folder, folder, { recursive: true });
      const sourceFile = join(repositoryFolder, model.name, model.live, 'model.onnx');
      return [model.name, deployed(artifacts, model.name, folder, sourceFile)];
    }),
  );
}

export function packageOf(
  deployed: ReadonlyMap<string, DeployedModel>,
  name: string,
): DeployedModel {
  const found = deployed.get(name);
  if (!found) throw new Error(`The build made no package of ${name}`);
  return found;
}

function plain({ optimized: _, ...version }: ServedVersion): ServedVersion {
  return version;
}

function deployed(
  { layer }: Artifacts,
  model: string,
  folder: string,
  sourceFile: string,
): DeployedModel {
  return {
    model,
    folder,
    handlerFile: join(folder, 'index.js'),
    sourceFile,
    env: {
      PATH: process.env.PATH ?? '',
      LAMBDA_TASK_ROOT: folder,
      NODE_PATH: join(layer.folder, 'nodejs', 'node_modules'),
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      [environment.model]: model,
      [environment.stage]: 'bench',
      [environment.intraOpThreads]: '1',
    },
  };
}
