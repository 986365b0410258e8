import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ModelConfig,
  ModelConfigError,
  readModelConfig,
} from '../../serving/triton/model-config.ts';
import { type Settings, StartError } from './settings.ts';

/** The unpacked archive as Triton's model repository: `<model>/config.pbtxt`, `<model>/<version>/model.onnx`. */
export interface ModelFolder {
  readonly name: string;
  readonly config: ModelConfig;
  /** Versions that the configuration's policy serves, numerically ascending; never empty. */
  readonly versions: readonly string[];
  /** The file of the highest of them, which answers: a request to a container names no version. */
  readonly file: string;
}

export function readModelFolder({ folder, model }: Pick<Settings, 'folder' | 'model'>) {
  const name = modelName(folder, model);
  const root = join(folder, name);
  const config = readConfig(join(root, 'config.pbtxt'), name);
  const versions = servedVersions(config, versionFolders(root), name);
  const live = versions.at(-1) as string;
  const fileName = config.defaultModelFilename || 'model.onnx';
  const file = join(root, live, fileName);
  if (!existsSync(file)) {
    throw new StartError(
      `${name}/${live} in the model archive has no ${fileName}; put the model there`,
    );
  }
  return { name, config, versions, file } satisfies ModelFolder;
}

function modelName(folder: string, wanted: string | undefined): string {
  const names = foldersIn(folder);
  const layout = 'lay it out as <model>/config.pbtxt and <model>/<version>/model.onnx';
  const seen = names.length === 0 ? 'no folder' : `only ${names.join(', ')}`;
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new StartError(
      `SAGEMAKER_TRITON_DEFAULT_MODEL_NAME is "${wanted}", but the model archive (${folder}) holds ${seen}; ${layout}`,
    );
  }
  const [name] = names;
  if (name !== undefined && names.length === 1 && !/^\d+$/.test(name)) return name;
  if (names.length > 1 && !names.every((each) => /^\d+$/.test(each))) {
    throw new StartError(
      `the model archive (${folder}) holds several folders (${names.join(', ')}); name the model's in SAGEMAKER_TRITON_DEFAULT_MODEL_NAME`,
    );
  }
  throw new StartError(
    `the model archive (${folder}) has no model folder, but holds ${seen}; ${layout}`,
  );
}

function readConfig(file: string, name: string): ModelConfig {
  const path = `${name}/config.pbtxt`;
  if (!existsSync(file)) throw new StartError(`the model archive has no ${path}`);
  const config = parseConfig(file, path);
  if (config.name && config.name !== name) {
    throw new StartError(
      `${path} names the model "${config.name}", but its folder is "${name}"; make them equal`,
    );
  }
  return config;
}

function parseConfig(file: string, path: string): ModelConfig {
  try {
    return readModelConfig(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof ModelConfigError)) throw cause;
    throw new StartError(`${path} is no configuration of Triton's: ${cause.message}`, { cause });
  }
}

function versionFolders(root: string): string[] {
  return foldersIn(root)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .toSorted((a, b) => Number(a) - Number(b));
}

/** Triton's policy: the latest version where the configuration says nothing. */
function servedVersions(config: ModelConfig, found: string[], name: string): string[] {
  if (found.length === 0) {
    throw new StartError(
      `${name} in the model archive has no version folder; put the model into ${name}/1/model.onnx`,
    );
  }
  const { policyChoice } = config.versionPolicy ?? {};
  switch (policyChoice?.case) {
    case 'all':
      return found;
    case 'specific': {
      const wanted = policyChoice.value.versions.map(String);
      const missing = wanted.filter((version) => !found.includes(version));
      if (wanted.length > 0 && missing.length === 0) {
        return found.filter((version) => wanted.includes(version));
      }
      throw new StartError(
        `version_policy of ${name} asks for ${missing.join(', ') || 'no version'}, but there are ${found.join(', ')}`,
      );
    }
    case 'latest':
      return found.slice(-Math.max(1, policyChoice.value.numVersions));
    default:
      return found.slice(-1);
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  // Links too: whoever unpacks an archive may lay them.
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && statSync(join(folder, name)).isDirectory())
    .sort();
}
