import { randomUUID } from 'node:crypto';
import { isMainThread } from 'node:worker_threads';
import { openInferenceThread, serveInferences } from './inference-thread.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { readSettings, StartError } from './settings.ts';

/** SageMaker kills a container 30 seconds after it told it to end. */
const drainMillis = 25_000;

const log = (entry: Readonly<Record<string, unknown>>) => {
  process.stdout.write(`${JSON.stringify({ timestamp: Date.now(), level: 'INFO', ...entry })}\n`);
};

if (isMainThread) serve();
else void serveInferences();

function serve(): void {
  let server: ModelServer | undefined;
  process.once('SIGTERM', () => {
    if (!server) process.exit(0);
    const late = setTimeout(() => {
      log({ level: 'ERROR', message: `requests were still unanswered after ${drainMillis} ms` });
      process.exit(1);
    }, drainMillis);
    late.unref();
    void server.drain().then(() => process.exit(0));
  });
  void start().then((started) => {
    server = started;
  }, fail);
}

async function start(): Promise<ModelServer> {
  return startModelServer({
    settings: readSettings(process.argv.slice(2), process.env),
    // This file is both sides: the bundle is one file, and the thread runs it again.
    // Without its thread the server answers nothing any more: the platform starts another one.
    openSession: (model) => openInferenceThread(__filename, model, fail),
    clock: {
      now: () => performance.now(),
      after: (milliseconds, action) => void setTimeout(action, milliseconds),
    },
    generateId: randomUUID,
    log,
  });
}

function fail(cause: unknown): void {
  const known = cause instanceof StartError;
  const { message, stack } = cause as Error;
  log({ level: 'ERROR', message: known ? message : stack });
  process.exit(1);
}
