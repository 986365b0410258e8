import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { ModelRepository } from '../../lib/model-repository/model.ts';
import type { Log } from '../../local/host/log.ts';
import type { LocalCloud } from '../../local/local-cloud.ts';
import { localParameters } from '../cloud/local-parameters.ts';
import { CommandError } from '../command-error.ts';
import type { Progress } from '../progress.ts';
import type { StartedStacks } from './deploy-new.ts';
import { LocalAssembly } from './local-assembly.ts';

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
  // A process of its own, which works while everything else is loaded and started here.
  const assembly = new LocalAssembly({ models, state, signal: options.signal });
  try {
    const repository = await progress.step(
      'Read the model repository',
      () => readServable(models),
      (found) => (found.models.length === 1 ? '1 model' : `${found.models.length} models`),
    );
    const cloud = await progress.step('Start the local cloud', () => startCloud(state, options));
    try {
      const started = await untilAborted(options.signal, () =>
        deployInto(cloud, { ...options, models, repository, assembly }, progress),
      );
      return { cloud, repository, ...started };
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  } finally {
    await assembly.abandon();
  }
}

async function startCloud(
  state: string,
  { port, log }: Pick<SessionOptions, 'port' | 'log'>,
): Promise<LocalCloud> {
  const { startLocalCloud } = await import('../../local/local-cloud.ts');
  const { endpointStandIns } = await import('../cloud/stand-ins.ts');
  return await startLocalCloud({ state, port, log, standIns: endpointStandIns() });
}

interface Deployment extends SessionOptions {
  readonly repository: ModelRepository;
  readonly assembly: LocalAssembly;
}

async function deployInto(
  cloud: LocalCloud,
  { models, repository, assembly, apiKey }: Deployment,
  progress: Progress,
): Promise<StartedStacks> {
  await progress.step('Synthesize the app', () => assembly.whenWritten());
  const { deployNew } = await import('./deploy-new.ts');
  const started = await deployNew({ cloud, assembly, repository, apiKey, progress });
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

async function readServable(models: string): Promise<ModelRepository> {
  const { readModelRepository } = await import(
    '../../lib/model-repository/read-model-repository.ts'
  );
  const repository = readModelRepository(models);
  if (repository.models.length > 0) return repository;
  throw new CommandError(
    `The model repository ${models} holds no model. Put one at ${join(models, '<model>/1/model.onnx')}.`,
  );
}
