/**
 * The runtime inside an execution environment: asks what to load, loads it, and answers events
 * until the platform ends it. Bundled to one CommonJS file, the form that Node starts fastest.
 *
 *   node runtime.cjs <path of the Runtime API's socket>
 */
import module from 'node:module';
import { dirname } from 'node:path';
import { logError, patchConsole, running } from './console-patch.ts';
import { errorReport, RuntimeError } from './error-report.ts';
import { type Handler, loadHandler } from './handler.ts';
import { type Coming, errorHeader, runInvocation } from './invocation.ts';
import { awslambda, isStreaming } from './response-stream.ts';
import { RuntimeApiClient } from './runtime-api-client.ts';

interface Assignment {
  /** The whole environment of the function; nothing else may be seen by it. */
  readonly variables: Record<string, string>;
}

/** Parts of Node's module loader that many tools use and no documentation names. */
interface ModuleLoader {
  _initPaths(): void;
  _nodeModulePaths(from: string): string[];
}

async function main(): Promise<void> {
  // Without its platform an environment has no purpose: this also ends it when the platform was killed.
  const client = new RuntimeApiClient(process.argv[2] as string, () => process.exit(0));
  const assignment: Assignment = JSON.parse((await client.assignment()).body);
  takeOn(assignment);
  process.on('uncaughtException', (error) => die(client, error));
  process.on('unhandledRejection', (reason) => die(client, unhandledRejection(reason)));
  const handler = await load(client);
  if (!handler) return;
  // One more than is answered: the platform may give an event ahead, and nobody then waits in between.
  let first: Coming = { event: client.next() };
  let second: Coming = { event: client.next() };
  for (;;) {
    const event = await first.event;
    client.letGo();
    first = second;
    second = await runInvocation(client, handler, event);
  }
}

function takeOn({ variables }: Assignment): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  const loader = module as unknown as ModuleLoader;
  // NODE_PATH is read when Node boots, and this process booted before it had a function.
  loader._initPaths();
  stayInside(loader, dirname(variables.LAMBDA_TASK_ROOT as string));
  process.chdir(variables.LAMBDA_TASK_ROOT as string);
  patchConsole(process.env);
  Object.assign(globalThis, { awslambda });
}

/**
 * Keeps deployed code from finding packages in the folders above it: there may lie a project whose
 * node_modules would hide that a function forgot to bundle something. Above /var/task is nothing.
 */
function stayInside(loader: ModuleLoader, root: string): void {
  const search = loader._nodeModulePaths;
  loader._nodeModulePaths = (from) =>
    from.startsWith(root) ? search(from).filter((path) => path.startsWith(root)) : search(from);
}

/** The function's handler; undefined when it cannot be loaded, which is reported and ends us. */
async function load(client: RuntimeApiClient): Promise<Handler | undefined> {
  const { LAMBDA_TASK_ROOT, _HANDLER, AWS_EXECUTION_ENV } = process.env;
  try {
    const handler = await loadHandler(LAMBDA_TASK_ROOT as string, _HANDLER as string);
    return withCallback(handler, AWS_EXECUTION_ENV ?? '');
  } catch (error) {
    await die(client, error);
    return undefined;
  }
}

/** Handlers that take a callback: Lambda's runtimes before Node 24 call it, later ones refuse. */
function withCallback(handler: Handler, runtime: string): Handler {
  if (handler.length < 3 || isStreaming(handler)) return handler;
  if (Number(/nodejs(\d+)/.exec(runtime)?.[1]) >= 24) {
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  }
  return (event, context) =>
    new Promise((resolve, reject) => {
      const result = handler(event, context, (error: unknown, value: unknown) => {
        if (error) reject(error);
        else resolve(value);
      });
      if (result instanceof Promise) result.then(resolve, reject);
    });
}

function unhandledRejection(reason: unknown): Error {
  return new RuntimeError('UnhandledPromiseRejection', String(reason));
}

/** Reports what cannot be recovered from, to whoever waits for an answer, and exits. */
async function die(client: RuntimeApiClient, error: unknown): Promise<void> {
  logError('Uncaught Exception', error);
  const { requestId } = running;
  const path = requestId ? `invocation/${requestId}/error` : 'init/error';
  await client.reportAndEnd(path, JSON.stringify(errorReport(error)), errorHeader(error));
  process.exit(requestId ? 128 : 1);
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
