import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ModelRepository } from '../../lib/model-repository/model.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import type { Log } from '../../local/host/log.ts';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { localParameters } from '../cloud/local-parameters.ts';
import { endpointStandIns } from '../cloud/stand-ins.ts';
import { CommandError } from '../command-error.ts';
import type { Progress } from '../progress.ts';
import { synthesize } from '../synthesis.ts';
import { deployNew, type StartedStacks } from './deploy-new.ts';

export interface SessionOptions {
  readonly models: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly state?: string;
  readonly apiKey: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** A local cloud that serves a model repository. */
export interface LocalSession extends StartedStacks {
  readonly cloud: LocalCloud;
  readonly repository: ModelRepository;
}

/** The state folder of a model repository: one for each, below the working directory. */
export function defaultState(models: string): string {
  const id = createHash('sha256').update(resolve(models)).digest('hex').slice(0, 8);
  return join('.siskin', `${basename(resolve(models))}-${id}`);
}

/**
 * Starts the local cloud and deploys what is new: every stack on an empty state, the models that
 * were added on an existing one. What has changed waits for `siskin deploy --local`.
 */
export async function startLocalSession(
  options: SessionOptions,
  progress: Progress,
): Promise<LocalSession> {
  const models = resolve(options.models);
  const state = resolve(options.state ?? defaultState(models));
  const repository = await progress.step(
    'Read the model repository',
    () => readServable(models),
    (found) => (found.models.length === 1 ? '1 model' : `${found.models.length} models`),
  );
  const cloud = await progress.step('Start the local cloud', () =>
    startLocalCloud({
      state,
      port: options.port,
      log: options.log,
      standIns: endpointStandIns(),
    }),
  );
  try {
    const started = await untilAborted(options.signal, () =>
      deployInto(cloud, { ...options, models, state, repository }, progress),
    );
    return { cloud, repository, ...started };
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

interface Deployment extends SessionOptions {
  readonly state: string;
  readonly repository: ModelRepository;
}

async function deployInto(
  cloud: LocalCloud,
  { models, state, repository, apiKey, signal }: Deployment,
  progress: Progress,
): Promise<StartedStacks> {
  const assembly = join(state, 'cdk.out');
  const synthesis = (without: readonly string[]) => {
    rmSync(assembly, { recursive: true, force: true });
    const context = {
      models,
      validate: false,
      quotaRaised: true,
      without: without.join(','),
      // The build's folders are named by their content already: a copy of each would only take time.
      'aws:cdk:disable-asset-staging': true,
    };
    return synthesize({ outdir: assembly, context, ...(signal && { signal }) });
  };
  await progress.step('Synthesize the app', () => synthesis([]));
  const started = await deployNew({ cloud, assembly, repository, apiKey, progress, synthesis });
  await cloud.host.call('ssm', 'PutParameter', {
    Name: localParameters.models,
    Value: models,
    Type: 'String',
    Overwrite: true,
  });
  return started;
}

/** Leaves work behind when the signal aborts: a deployment would go on for minutes. */
async function untilAborted<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!signal) return await work();
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  });
  return await Promise.race([work(), aborted]);
}

function readServable(models: string): ModelRepository {
  const repository = readModelRepository(models);
  if (repository.models.length > 0) return repository;
  throw new CommandError(
    `The model repository ${models} holds no model. Put one at ${join(models, '<model>/1/model.onnx')}.`,
  );
}
