import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { FunctionRecord } from './function-record.ts';

/** Where an environment finds its code, and where it may leave files. */
export interface EnvironmentFolders {
  readonly code: string;
  /** In the order of the function's list. */
  readonly layers: readonly string[];
  /** Module folders searched before the layers: stand-ins for packages of another platform. */
  readonly standIns: readonly string[];
  /** Module folder of what Lambda's runtime ships. */
  readonly sdk: string;
  readonly temporary: string;
}

/** All that a function sees in process.env: Lambda's variables and its own, none of the host's. */
export function environmentVariables(
  host: Host,
  record: FunctionRecord,
  folders: EnvironmentFolders,
  logStream: string,
  runtimeApi: string,
): Record<string, string> {
  const { LoggingConfig: logging } = record;
  return {
    ...bootVariables(),
    // A later layer hides what an earlier one holds.
    PATH: [...folders.layers.map((layer) => join(layer, 'bin')).reverse(), hostPath()].join(':'),
    LD_LIBRARY_PATH: folders.layers
      .map((layer) => join(layer, 'lib'))
      .reverse()
      .join(':'),
    NODE_PATH: modulePath(record, folders),
    HOME: folders.temporary,
    TMPDIR: folders.temporary,
    AWS_LAMBDA_FUNCTION_NAME: record.FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: record.Version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: logging.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    ...(logging.LogFormat === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel ?? 'INFO',
    }),
    AWS_EXECUTION_ENV: `AWS_Lambda_${record.Runtime}`,
    AWS_REGION: host.region,
    AWS_DEFAULT_REGION: host.region,
    AWS_ENDPOINT_URL: host.endpoint,
    AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_TASK_ROOT: folders.code,
    LAMBDA_RUNTIME_DIR: folders.sdk,
    _HANDLER: record.Handler,
    ...record.Environment?.Variables,
  };
}

/** What Node itself must see when it boots, the same for every function. */
export function bootVariables(): Record<string, string> {
  return { PATH: hostPath(), LANG: 'en_US.UTF-8', TZ: ':UTC' };
}

/** Those variables of a function that only work from the first moment of its process. */
export function ownBootVariables(record: FunctionRecord): Record<string, string> | undefined {
  const own = Object.entries(record.Environment?.Variables ?? {}).filter(([name]) =>
    /^(NODE_|LD_|DYLD_|MALLOC_|GLIBC_|OPENSSL_|SSL_|UV_|ICU_|LC_|LANG$|TZ$)/.test(name),
  );
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

function modulePath(record: FunctionRecord, folders: EnvironmentFolders): string {
  const node = /^(nodejs\d+)\./.exec(record.Runtime)?.[1]?.replace('nodejs', 'node') ?? 'node';
  const layers = folders.layers.flatMap((layer) => [
    join(layer, 'nodejs', 'node_modules'),
    join(layer, 'nodejs', node, 'node_modules'),
  ]);
  return [...folders.standIns, ...layers.reverse(), folders.sdk, folders.code].join(':');
}

function hostPath(): string {
  return process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin';
}
