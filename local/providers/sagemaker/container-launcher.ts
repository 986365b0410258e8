import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { type StandIn, standInFor } from '../../host/stand-in.ts';
import { LogBatch } from '../../telemetry/log-batch.ts';
import { Container } from './container.ts';
import { Leftovers } from './leftovers.ts';

/** What every container of a variant or component is. */
export interface ContainerSpec {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Stands for /opt/ml/model. */
  readonly modelFolder: string;
  /** Milliseconds of cloud time that it may take until its first good ping. */
  readonly startupMs: number;
  readonly logGroup: string;
  readonly logPrefix: string;
}

const LONGEST_LINE = 256 * 1024;

/** Starts containers, that is what stands in for their images, and ends all of them at the end. */
export class ContainerLauncher {
  readonly #host: Host;
  readonly #time: Clock;
  readonly #logs: LogBatch;
  readonly #leftovers: Leftovers;
  readonly #live = new Set<Container>();
  #closed = false;

  constructor(host: Host, time: Clock) {
    this.#host = host;
    this.#time = time;
    this.#logs = new LogBatch(host);
    this.#leftovers = new Leftovers(host.storage('sagemaker').collection('processes'));
  }

  /** Throws when nothing stands in for the image. */
  standIn(image: string): StandIn {
    const found = standInFor(image, this.#host.standIns);
    if (found) return found;
    throw new Error(
      `The local cloud runs no images, and no program of this machine stands in for ${image}. ` +
        'Use an image that has a stand-in, or start the cloud with one for it.',
    );
  }

  async launch(spec: ContainerSpec): Promise<Container> {
    const standIn = this.standIn(spec.image);
    const id = `i-${randomBytes(8).toString('hex')}`;
    const stream = this.#logs.stream(spec.logGroup, `${spec.logPrefix}${id}`);
    const port = await freePort();
    if (this.#closed) throw new Error('The local cloud stops');
    const program = {
      command: [...standIn.entryPoint, 'serve'],
      environment: this.#environment(spec, standIn, port),
      folder: spec.modelFolder,
      port,
    };
    const container = new Container(id, program, this.#time, (line) =>
      this.#logs.add(stream, line.slice(0, LONGEST_LINE)),
    );
    this.#live.add(container);
    this.#leftovers.started(container.pid);
    void container.ended.then(() => {
      this.#live.delete(container);
      this.#leftovers.ended(container.pid);
    });
    return container;
  }

  /** Ends what a cloud that was killed has left running. */
  endLeftovers(): void {
    this.#leftovers.endAll();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    const live = [...this.#live];
    for (const container of live) container.kill();
    await Promise.all(live.map((container) => container.ended));
    await this.#logs.flush();
  }

  /** All that a container sees: what SageMaker sets and what its model says, none of the host's. */
  #environment(spec: ContainerSpec, standIn: StandIn, port: number): Record<string, string> {
    const { region, endpoint } = this.#host;
    return {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      ...standIn.environment,
      ...spec.environment,
      SM_MODEL_DIR: spec.modelFolder,
      SAGEMAKER_BIND_TO_PORT: String(port),
    };
  }
}

/** A port that nobody has right now; a container that finds it taken dies and is started again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
