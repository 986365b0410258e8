import { join } from 'node:path';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { LogBatch } from '../../telemetry/log-batch.ts';
import { CodeFolder } from './code-folder.ts';
import type { PoolTarget } from './environment-group.ts';
import { EnvironmentLauncher } from './environment-launcher.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { EventQueue } from './event-queue.ts';
import { FunctionMetrics } from './function-metrics.ts';
import type { FunctionRecord } from './function-record.ts';
import { FunctionStore } from './function-store.ts';
import { Functions } from './functions.ts';
import { HostPackages } from './host-packages.ts';
import { InvocationRoutes } from './invocation-route.ts';
import { Invoker } from './invoker.ts';
import { LayerStore } from './layer-store.ts';
import { limits } from './limits.ts';
import type { Parts } from './parts.ts';
import { bundleRuntime } from './runtime-bundle.ts';

export interface LambdaOptions {
  /** Real time: timeouts and idle processes do not run on the cloud's clock. */
  readonly time: Clock;
  readonly random: () => number;
  readonly platform: { readonly platform: string; readonly arch: string };
  /** Execution environments in all. */
  readonly environments: number;
  /** Environments of one function that start without waiting for a busy one, unless it is quick. */
  readonly eager: number;
  /** A function that answers sooner is quick. */
  readonly quickMs: number;
  readonly starts: number;
  readonly patienceMs: number;
  readonly idleMs: number;
  readonly hasSpareCpu: () => boolean;
  /** Keep a process ready for the next cold start. */
  readonly spare: boolean;
}

/** Lambda put together. */
export class Lambda implements Parts {
  readonly host: Host;
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly layers: LayerStore;
  readonly code: CodeFolder;
  readonly invoker: Invoker;
  readonly events: EventQueue;
  readonly #logs: LogBatch;
  readonly #metrics: FunctionMetrics;
  readonly #pool: EnvironmentPool;
  readonly #launcher: EnvironmentLauncher;
  readonly #targets = new Map<string, PoolTarget>();

  constructor(host: Host, options: LambdaOptions) {
    const folder = host.storage('lambda').folder;
    this.host = host;
    this.store = new FunctionStore(host);
    this.layers = new LayerStore(host);
    this.code = new CodeFolder(host, join(folder, 'code'));
    this.functions = new Functions(host, this.store, this.layers, this.code);
    this.#logs = new LogBatch(host);
    this.#metrics = new FunctionMetrics(host);
    this.#pool = new EnvironmentPool({ ...options, limit: options.environments });
    this.#launcher = new EnvironmentLauncher({
      ...options,
      host,
      logs: this.#logs,
      code: this.code,
      layers: this.layers,
      packages: new HostPackages(join(folder, 'host-packages')),
    });
    const routes = new InvocationRoutes(host, this.store, this.#metrics, (record) =>
      this.#targetOf(record),
    );
    this.invoker = new Invoker({
      ...options,
      pool: this.#pool,
      launcher: this.#launcher,
      metrics: this.#metrics,
      routeOf: (reference) => routes.find(reference),
    });
    this.events = new EventQueue(host, this.store, (request) => this.invoker.invoke(request));
    this.store.onChange = (name) => {
      routes.forget(name);
      this.#retireOutdated(name);
      this.#launcher.prepareSpare();
    };
  }

  async start(): Promise<void> {
    this.#forgetUnused();
    const { folder } = this.host.storage('lambda');
    this.#launcher.open(await bundleRuntime(join(folder, 'runtime')));
    if (this.store.names().length > 0) this.#launcher.prepareSpare();
    this.events.start();
  }

  async stop(): Promise<void> {
    this.#pool.stop();
    await this.#launcher.stop();
    await this.events.stop();
    await Promise.all([this.#logs.flush(), this.#metrics.flush()]);
  }

  #targetOf(record: FunctionRecord): PoolTarget {
    const key = targetKey(record);
    let target = this.#targets.get(key);
    if (!target) {
      target = {
        key,
        queueMs: record.Timeout * 1000,
        launch: () => this.#launcher.launch(record, limits.initMs, 'init'),
      };
      this.#targets.set(key, target);
    }
    return target;
  }

  /** Environments keep the configuration they started with: a change ends them. */
  #retireOutdated(name: string): void {
    const versions = this.store.has(name) ? this.store.versions(name) : [];
    const current = new Set(versions.map(targetKey));
    for (const key of this.#targets.keys()) {
      if (!key.startsWith(`${name}:`) || current.has(key)) continue;
      this.#targets.delete(key);
      this.#pool.retire(key);
    }
  }

  /** Deletes unpacked code that nothing refers to any more; no environment runs yet. */
  #forgetUnused(): void {
    const records = this.store.everyVersion();
    const usedLayers = records.flatMap((record) => record.Layers?.map(({ Arn }) => Arn) ?? []);
    this.layers.forget(new Set(usedLayers));
    this.code.prune(
      new Set([...records, ...this.layers.every()].map(({ CodeSha256 }) => CodeSha256)),
    );
  }
}

function targetKey({ FunctionName, Version, RevisionId }: FunctionRecord): string {
  return `${FunctionName}:${Version}:${RevisionId}`;
}
