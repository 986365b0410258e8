import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { LogBatch } from '../../telemetry/log-batch.ts';
import type { CodeFolder } from './code-folder.ts';
import type { Launch } from './environment-group.ts';
import { EnvironmentLog, logStreamName } from './environment-log.ts';
import { bootVariables, environmentVariables, ownBootVariables } from './environment-variables.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionRecord } from './function-record.ts';
import type { HostPackages } from './host-packages.ts';
import type { LayerStore, LayerVersion } from './layer-store.ts';
import { foreignPackages, type Platform } from './native-packages.ts';
import type { InitOutcome } from './outcome.ts';

export interface LauncherOptions {
  readonly host: Host;
  readonly time: Clock;
  readonly logs: LogBatch;
  readonly code: CodeFolder;
  readonly layers: LayerStore;
  readonly packages: HostPackages;
  readonly platform: Platform;
  /** Keep one process ready that only needs to be told its function. */
  readonly spare: boolean;
}

/** Starts execution environments: a process, told which function it is. */
export class EnvironmentLauncher {
  readonly #options: LauncherOptions;
  /** Sockets and temporary files; a short path, because a socket's may have about 100 bytes. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'siskin-'));
  readonly #standIns = new Map<string, readonly string[]>();
  readonly #logs = new WeakMap<ExecutionEnvironment, EnvironmentLog>();
  readonly #live = new Set<ExecutionEnvironment>();
  #runtime: string | undefined;
  #spare: ExecutionEnvironment | undefined;
  #started = 0;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** From here on processes can be started, with the runtime's bundle in `runtime`. */
  open(runtime: string): void {
    this.#runtime = runtime;
  }

  /** Starts a process ahead of its function, so that a cold start waits for the function alone. */
  prepareSpare(): void {
    if (!this.#options.spare || !this.#runtime || (this.#spare && !this.#spare.isEnded)) return;
    this.#spare = this.#boot({});
  }

  /** Starts an environment of a function; `phase` is when, seen from the function's log. */
  launch(record: FunctionRecord, limitMs: number, phase: 'init' | 'invoke'): Launch {
    const { host, time, logs } = this.#options;
    const id = randomBytes(16).toString('hex');
    const streamName = logStreamName(host.clock.now(), record.Version, id);
    const log = new EnvironmentLog(logs, record, streamName);
    const environment = this.#environmentFor(record);
    this.#logs.set(environment, log);
    const temporary = join(this.#folder, id);
    mkdirSync(temporary);
    const variables = environmentVariables(
      host,
      record,
      this.#folders(record, temporary),
      streamName,
      environment.socket,
    );
    environment.onLine = (line) => log.print(line);
    environment.onBegun = (requestId) => log.turn(requestId);
    environment.cleanUp = () => rmSync(temporary, { recursive: true, force: true });
    log.write(log.platform.initStart(record.Runtime, record.Version));
    const since = time.now();
    const initialized = environment.initialize(variables, limitMs).then((outcome) => {
      log.initMs = time.now() - since;
      if (outcome.kind !== 'ready') log.write(initReport(log, phase, outcome));
      this.prepareSpare();
      return outcome;
    });
    return { environment, initialized };
  }

  /** The log of an environment that was launched here. */
  logOf(environment: ExecutionEnvironment): EnvironmentLog {
    return this.#logs.get(environment) as EnvironmentLog;
  }

  /** Ends every process that was started here. */
  async stop(): Promise<void> {
    this.#runtime = undefined;
    for (const environment of this.#live) environment.kill();
    await Promise.all([...this.#live].map((environment) => environment.whenEnded));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #environmentFor(record: FunctionRecord): ExecutionEnvironment {
    const own = ownBootVariables(record);
    if (own) return this.#boot(own);
    const spare = this.#spare;
    this.#spare = undefined;
    return spare && !spare.isEnded ? spare : this.#boot({});
  }

  #boot(own: Record<string, string>): ExecutionEnvironment {
    if (!this.#runtime) {
      throw new AwsError('ServiceException', 'Lambda is starting or stopping', 500);
    }
    this.#started += 1;
    const environment = new ExecutionEnvironment({
      runtime: this.#runtime,
      socket: join(this.#folder, `${this.#started}.sock`),
      bootVariables: { ...bootVariables(), ...own },
      time: this.#options.time,
    });
    this.#live.add(environment);
    environment.whenEnded.then(() => this.#live.delete(environment));
    return environment;
  }

  #folders(record: FunctionRecord, temporary: string) {
    const { code, layers, packages } = this.#options;
    const used = (record.Layers ?? []).map(({ Arn }) => layers.used(Arn));
    return {
      code: code.path(record.CodeSha256),
      layers: used.map((layer) => code.path(layer.CodeSha256)),
      standIns: used.flatMap((layer) => this.#standInsFor(layer)),
      sdk: packages.sdk(),
      temporary,
    };
  }

  /** Module folders with this machine's builds of what a layer brings for another platform. */
  #standInsFor(layer: LayerVersion): readonly string[] {
    let folders = this.#standIns.get(layer.CodeSha256);
    if (folders) return folders;
    const { code, packages, platform, host } = this.#options;
    folders = foreignPackages(code.path(layer.CodeSha256), platform).flatMap((name) => {
      const folder = packages.native(name);
      const here = `${platform.platform}/${platform.arch}`;
      host.log.warn(
        folder
          ? `Layer ${layer.LayerName} brings ${name} for another platform than ${here}: the one installed here takes its place`
          : `Layer ${layer.LayerName} brings ${name} for another platform than ${here}, and none is installed here: functions that load it will fail`,
      );
      return folder ? [folder] : [];
    });
    this.#standIns.set(layer.CodeSha256, folders);
    return folders;
  }
}

function initReport(
  log: EnvironmentLog,
  phase: 'init' | 'invoke',
  outcome: Exclude<InitOutcome, { kind: 'ready' }>,
): string {
  const status = outcome.kind === 'timeout' ? 'timeout' : 'error';
  const errorType = 'errorType' in outcome ? outcome.errorType : undefined;
  return log.platform.initReport(log.initMs ?? 0, phase, status, errorType);
}
