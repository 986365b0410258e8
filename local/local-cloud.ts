import { join } from 'node:path';
import { bootstrap } from './assembly/bootstrap-stack.ts';
import type { CloudClock } from './host/clock.ts';
import { CloudHost } from './host/cloud-host.ts';
import { type Log, silentLog } from './host/log.ts';
import type { CreateProvider } from './host/provider.ts';
import { nodeImage, type StandIn } from './host/stand-in.ts';
import { lockState } from './host/state-lock.ts';
import { SystemClock } from './host/system-clock.ts';
import { registry } from './providers/registry.ts';
import { dispatch, dispatchPlain } from './wire/dispatch.ts';
import { listenOnLoopback } from './wire/server.ts';

export interface LocalCloudOptions {
  /** Folder that holds everything the cloud knows; created when missing. */
  readonly state: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Default: real time, whose rate can be set. */
  readonly clock?: CloudClock;
  /** Default: none. */
  readonly log?: Log;
  /** Default: every service there is, with what CDK apps expect of a bootstrapped environment. */
  readonly providers?: Readonly<Record<string, CreateProvider>>;
  /** Programs that run in place of container images, beside Node for Node's own. Default: none. */
  readonly standIns?: readonly StandIn[];
}

export interface LocalCloud {
  /** What AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string;
  readonly port: number;
  readonly host: CloudHost;
  /** Ends everything that the cloud has started and gives its state back. */
  stop(): Promise<void>;
}

/** Starts the local cloud, or says in a CannotStart why it cannot. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const log = options.log ?? silentLog;
  const undo = new UndoList();
  try {
    const lock = lockState(options.state);
    undo.add(() => lock.release());

    const clock = options.clock ?? openClock(options.state, log, undo);

    const server = await listenOnLoopback(options.port);
    undo.add(() => server.stop());
    lock.servesPort(server.port);

    const host = new CloudHost({
      folder: options.state,
      clock,
      log,
      endpoint: `http://127.0.0.1:${server.port}`,
      providers: options.providers ?? registry,
      standIns: [...(options.standIns ?? []), nodeImage],
    });
    undo.add(() => host.stop());
    await host.start();
    if (!options.providers) await bootstrap(host);

    server.serve((request, response) => dispatch(host, request, response), dispatchPlain(host));
    return { endpoint: host.endpoint, port: server.port, host, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

function openClock(state: string, log: Log, undo: UndoList): CloudClock {
  const clock = new SystemClock({ file: join(state, 'clock.json'), log });
  undo.add(() => clock.stop());
  return clock;
}

/** What has been started, and how each of it ends: the last first, each of them once. */
class UndoList {
  readonly #steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /** Runs every step, also after one that failed, and then throws the first failure. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
