import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DeployedModel } from '../measure/package.ts';
import { freePort, Server } from './server.ts';

/** A server that answers inferences of one model or several. */
export interface Running {
  readonly server: Server;
  readonly port: number;
  /** Where a model's inferences are posted. */
  readonly path: (model: string) => string;
}

const inferPath = (model: string) => `/v2/models/${model}/infer`;
const root = join(import.meta.dirname, '../..');

/** `npm start`, as a user starts it. */
export async function startLocalCloud(models: string, state: string): Promise<Running> {
  const port = await freePort();
  const server = await Server.start({
    command: process.execPath,
    parameters: [
      join(root, 'bin/siskin.ts'),
      ...['dev', '--models', models, '--state', state, '--port', String(port)],
    ],
    env: process.env,
    folder: root,
    ready: /Siskin is ready/,
  });
  return { server, port, path: inferPath };
}

export async function startInProcess({ model, handlerFile, env }: DeployedModel): Promise<Running> {
  const port = await freePort();
  const server = await Server.start({
    command: process.execPath,
    parameters: [join(import.meta.dirname, 'in-process-server.ts'), handlerFile, model, `${port}`],
    env: { ...env },
    folder: root,
    ready: /listening/,
  });
  return { server, port, path: inferPath };
}

const python = process.env.BENCH_PYTHON ?? 'python3';

/** Why there is no FastAPI to compare with; undefined when there is. */
export async function missingFastApi(): Promise<string | undefined> {
  try {
    await promisify(execFile)(python, ['-c', 'import fastapi, uvicorn, onnxruntime, numpy']);
    return undefined;
  } catch {
    return `${python} cannot import fastapi, uvicorn, onnxruntime and numpy; set BENCH_PYTHON to one that can`;
  }
}

export async function startFastApi({ sourceFile }: DeployedModel): Promise<Running> {
  const port = await freePort();
  const server = await Server.start({
    command: python,
    parameters: ['-m', 'uvicorn', 'fastapi_server:app', '--workers', '2', '--port', String(port)],
    env: { ...process.env, BENCH_MODEL: sourceFile, PYTHONDONTWRITEBYTECODE: '1' },
    folder: import.meta.dirname,
    // Each worker says so once it has its model.
    ready: /startup complete[\s\S]*startup complete/,
  });
  return { server, port, path: () => '/infer' };
}

const offline = process.env.BENCH_SERVERLESS_OFFLINE;

export function missingServerlessOffline(): string | undefined {
  if (!offline) {
    return 'set BENCH_SERVERLESS_OFFLINE to a folder with serverless 3 and serverless-offline 13 in its node_modules';
  }
  const plugin = join(offline, 'node_modules/serverless-offline');
  return existsSync(plugin) ? undefined : `${plugin} does not exist`;
}

/** The same function under serverless-offline: a service whose package is the one that is deployed. */
export async function startServerlessOffline(
  { model, folder, env }: DeployedModel,
  into: string,
): Promise<Running> {
  const [port, lambdaPort] = [await freePort(), await freePort()];
  const modules = join(offline as string, 'node_modules');
  cpSync(folder, into, { recursive: true });
  linkModules(join(into, 'node_modules'), modules, env.NODE_PATH as string);
  writeFileSync(join(into, 'serverless.yml'), serviceFile(model, env, into, [port, lambdaPort]));
  const server = await Server.start({
    command: process.execPath,
    parameters: [join(modules, 'serverless/bin/serverless.js'), 'offline'],
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    folder: into,
    ready: /Server ready/,
  });
  return { server, port, path: inferPath };
}

/** It knows no layers and drops NODE_PATH: the service finds its packages as an npm project does. */
function linkModules(folder: string, serverless: string, layer: string): void {
  mkdirSync(folder);
  for (const name of ['serverless', 'serverless-offline']) {
    symlinkSync(join(serverless, name), join(folder, name));
  }
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    symlinkSync(join(layer, name), join(folder, name));
  }
}

function serviceFile(
  model: string,
  { SISKIN_STAGE }: DeployedModel['env'],
  folder: string,
  [port, lambdaPort]: readonly [number, number],
): string {
  return `service: bench
frameworkVersion: '3'
plugins: [serverless-offline]
provider: {name: aws, runtime: nodejs20.x, stage: bench}
custom:
  serverless-offline: {httpPort: ${port}, lambdaPort: ${lambdaPort}, noPrependStageInUrl: true}
functions:
  predict:
    handler: index.handler
    environment: {LAMBDA_TASK_ROOT: ${folder}, SISKIN_MODEL: ${model}, SISKIN_STAGE: ${SISKIN_STAGE}}
    events: [{http: {method: post, path: /v2/models/${model}/infer}}]
`;
}
