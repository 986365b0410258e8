import { resolve } from 'node:path';
import { silentLog } from '../../local/host/log.ts';
import type { BatchRunOptions } from '../batch.ts';
import { openPlace, type Place } from '../cloud/place.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { startLocalSession } from '../dev/local-session.ts';
import { Progress } from '../progress.ts';

/** Where a job runs, and how to leave it. */
export interface BatchPlace {
  readonly place: Place;
  close(): Promise<void>;
}

/**
 * AWS, the local cloud that runs on the port, or one that is started for this job and stopped after it.
 * That one has the state of `siskin dev` for the same models: there an interrupted job is found again.
 */
export async function openBatchPlace(
  model: string,
  options: BatchRunOptions,
  signal: AbortSignal,
): Promise<BatchPlace> {
  refuseLocalOnly(options);
  const nothing = async () => {};
  try {
    return { place: await openPlace(options), close: nothing };
  } catch (error) {
    if (!options.local) throw error;
  }
  const models = resolve(options.models ?? 'model-artifacts');
  const session = await startLocalSession(
    { models, port: options.port, apiKey: 'local', log: silentLog, signal },
    new Progress(),
  );
  const close = () => session.cloud.stop();
  try {
    const reason = session.failed.get(model);
    if (reason) throw new CommandError(`Model ${model}: ${reason}`, exitCodes.couldNotTry);
    return { place: await openPlace({ local: true, port: session.cloud.port }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function refuseLocalOnly({ local, spotInterruptions, killHard }: BatchRunOptions): void {
  if (local || spotInterruptions + killHard === 0) return;
  throw new CommandError(
    '--spot-interruptions and --kill-hard need --local: on AWS nobody can order an interruption.',
    exitCodes.couldNotTry,
  );
}
