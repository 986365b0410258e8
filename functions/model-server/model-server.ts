import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ModelManifest } from '../../serving/contract/manifest.ts';
import { DataPlane } from '../../serving/data-plane.ts';
import type { Session } from '../../serving/engine/port.ts';
import { SessionCache } from '../../serving/engine/session-cache.ts';
import { smallestInputs } from '../../serving/engine/smallest-inputs.ts';
import type { Signature } from '../../serving/protocol/signature-match.ts';
import { ModelStatistics } from '../../serving/telemetry/model-statistics.ts';
import { type BatchClock, BatchingSession } from './batching-session.ts';
import { readConfiguration } from './configuration.ts';
import { createHttpServer } from './http-server.ts';
import type { ThreadModel } from './inference-thread.ts';
import { invoke } from './invocation.ts';
import { readModelFolder } from './model-folder.ts';
import { configuredSignature, servedSignature } from './served-signature.ts';
import { type Settings, StartError } from './settings.ts';

export interface ModelServerOptions {
  readonly settings: Settings;
  readonly openSession: (model: ThreadModel) => Session | Promise<Session>;
  readonly clock: BatchClock;
  readonly generateId: () => string;
  /** Takes the log's lines. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

export interface ModelServer {
  readonly port: number;
  /** Takes no new request, answers those that came, and ends. */
  readonly drain: () => Promise<void>;
}

/**
 * Listens at once, so that the platform hears "not yet" while the model loads; throws a StartError when
 * the archive cannot be served at all.
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { settings, clock, generateId, log } = options;
  let plane: DataPlane | undefined;
  const onFailure = (cause: unknown) => log({ level: 'ERROR', message: describe(cause) });
  const server = createHttpServer({
    isReady: () => plane !== undefined,
    invoke: (invocation) =>
      invoke({ plane: plane as DataPlane, now: clock.now, generateId, onFailure }, invocation),
  });
  server.listen(settings.port);
  await once(server, 'listening');
  try {
    const { manifest, session } = await openModel(options);
    plane = planeOf(manifest, session, clock);
    const { port } = server.address() as AddressInfo;
    log({ message: 'ready', model: manifest.name, version: manifest.live, port });
    const drain = async () => {
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
      log({ message: 'drained', ...session.counts });
      await session.dispose();
    };
    return { port, drain };
  } catch (cause) {
    server.close();
    server.closeAllConnections();
    throw cause;
  }
}

async function openModel({ settings, openSession, clock, log }: ModelServerOptions) {
  const folder = readModelFolder(settings);
  const configuration = readConfiguration(folder.config);
  const { file } = folder;
  const threads = configuration.threads ?? settings.threads;
  const signature = configuredSignature(folder.config);
  const session = await openSession({ file, signature, threads });
  if (!session.signature) throw new StartError('the engine does not tell the signature of a model');
  const served = servedSignature(folder.config, session.signature);
  await warmUp(session, served, log);
  const manifest: ModelManifest = {
    name: folder.name,
    platform: 'onnxruntime_onnx',
    live: folder.versions.at(-1) as string,
    versions: folder.versions.map((version) => ({
      ...served,
      version,
      digest: '',
      source: { kind: 'package', path: file },
      bytes: 0,
    })),
  };
  const { name: model } = folder;
  return { manifest, session: new BatchingSession({ model, session, configuration, clock }) };
}

function planeOf(manifest: ModelManifest, session: Session, { now }: BatchClock): DataPlane {
  const statistics = new ModelStatistics(manifest.name);
  const sessions = new SessionCache({ load: () => session, live: manifest.live });
  return new DataPlane({ manifest, sessions, statistics, now });
}

/**
 * Before there are batches, which would wait for others. A model may fail on empty input and still be
 * right: it is said, and requests will tell.
 */
async function warmUp(
  session: Session,
  { inputs, outputs }: Signature,
  log: ModelServerOptions['log'],
): Promise<void> {
  try {
    await session.run(
      smallestInputs(inputs),
      outputs.map(({ name }) => name),
    );
  } catch (cause) {
    log({ level: 'WARN', message: `the warm-up inference failed: ${(cause as Error).message}` });
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
