import type { Model } from '../lib/model-repository/model.ts';
import { buildModelArchive, type ModelArchive } from './model-archive.ts';
import type { ServedVersion } from './model-package.ts';
import { modelConfigText } from './triton/model-config.ts';
import { hasUserConfig, userConfigText } from './triton/user-config.ts';

/** What the containers of an endpoint are given. */
export interface ModelArchives {
  readonly live: ModelArchive;
  readonly shadow?: ModelArchive;
}

/** Packs the versions that an endpoint serves. */
export async function endpointArchives(
  model: Model,
  served: readonly ServedVersion[],
  outDir: string,
): Promise<ModelArchives> {
  const { shadowVersion } = model.config.sagemaker ?? {};
  const pack = (name: string) => {
    const version = served.find((one) => one.version === name);
    if (!version) throw new Error(`The build made no version ${name} of model ${model.name}`);
    return buildModelArchive(
      { name: model.name, version, config: configOf(model, version) },
      outDir,
    );
  };
  const live = await pack(model.live);
  return shadowVersion === undefined ? { live } : { live, shadow: await pack(shadowVersion) };
}

/** The user's own config.pbtxt, or one from the signature and model.yaml. */
function configOf({ name, versions, config }: Model, served: ServedVersion): string {
  const source = versions.find(({ version }) => version === served.version);
  if (source && hasUserConfig(source.folder)) return userConfigText(source.folder);
  const { sagemaker } = config;
  if (!sagemaker) throw new Error(`Model ${name} has no endpoint`);
  return modelConfigText(name, served, sagemaker, sagemaker.gpus > 0);
}
