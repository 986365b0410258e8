import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { type Change, Changes } from './changes.ts';
import type { Deployed } from './deployed.ts';
import type { DeploymentConfig, RolloutPlan } from './deployment-config.ts';
import { type EndpointRecord, type EndpointStatus, isSettled } from './endpoint-record.ts';
import { Traffic } from './fleet.ts';
import type { FleetFactory } from './fleet-factory.ts';
import { arnOf } from './names.ts';
import { inProgress, invalid, missing, taken } from './refusals.ts';
import { CloudStops, orAborted, RollbackFailed, rollOut, type Stage } from './rollout.ts';

export interface Update {
  readonly deployed: Deployed;
  readonly plan: RolloutPlan;
  readonly config?: DeploymentConfig | undefined;
}

/** Endpoints, what serves behind each, and the one change that may run on each. */
export class Endpoints {
  readonly #host: Host;
  readonly #fleets: FleetFactory;
  readonly #records: Collection<EndpointRecord>;
  readonly #traffic = new Map<string, Traffic>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #changes: Changes;

  constructor(host: Host, fleets: FleetFactory) {
    this.#host = host;
    this.#fleets = fleets;
    this.#changes = new Changes(host.log);
    this.#records = host.storage('sagemaker').collection('endpoints');
  }

  all(): EndpointRecord[] {
    return this.#records.values();
  }

  find(name: string): EndpointRecord | undefined {
    return this.#records.get(name);
  }

  get(name: string): EndpointRecord {
    const found = this.find(name);
    if (!found) throw missing('endpoint', arnOf(this.#host, 'endpoint', name));
    return found;
  }

  /** What serves an endpoint; undefined while nothing does. */
  traffic(name: string): Traffic | undefined {
    return this.#traffic.get(name);
  }

  /** The same, after it has been set up again at the start of the cloud. */
  async opened(name: string): Promise<Traffic | undefined> {
    await this.#opening.get(name);
    return this.traffic(name);
  }

  stage(name: string): Stage | undefined {
    return this.#changes.stage(name);
  }

  /** The endpoint once no change runs on it any more. */
  async settled(name: string): Promise<EndpointRecord> {
    await this.#changes.settled(name);
    return this.get(name);
  }

  /** Resolves once no change of it runs any more, be it there or not. */
  gone(name: string): Promise<void> {
    return this.#changes.settled(name);
  }

  /** Gives the running change up, for this reason. */
  cancel(name: string, reason: Error): void {
    this.#changes.cancel(name, reason);
  }

  create(name: string, deployed: Deployed, tags: EndpointRecord['tags']): EndpointRecord {
    const arn = arnOf(this.#host, 'endpoint', name);
    if (this.#records.has(name)) throw taken('endpoint', arn);
    const now = this.#host.clock.now();
    const times = { createdAt: now, modifiedAt: now };
    this.#records.set(name, { name, arn, status: 'Creating', ...times, deployed, tags });
    this.#changes.begin(name, (change) => this.#bringUp(name, change));
    return this.get(name);
  }

  update(name: string, { deployed, plan, config }: Update): EndpointRecord {
    this.#refuseBusy(name);
    this.#refuseFailed(name);
    const pending = { deployed, startedAt: this.#host.clock.now() };
    this.#set(name, { status: 'Updating', pending, deploymentConfig: config });
    this.#changes.begin(name, (change) => this.#replace(name, { deployed, plan }, change));
    return this.get(name);
  }

  /** Changes weights and numbers of what serves. */
  scale(name: string, deployed: Deployed): EndpointRecord {
    this.#refuseBusy(name);
    this.#refuseFailed(name);
    const before = this.get(name).deployed;
    this.#set(name, { status: 'Updating', deployed });
    this.#changes.begin(name, async ({ signal }) => {
      try {
        await orAborted(this.#adjust(name, deployed), signal);
        this.#set(name, { status: 'InService', failureReason: undefined });
      } catch (error) {
        if (signal.reason instanceof CloudStops) return;
        this.#set(name, { status: 'RollingBack', deployed: before });
        await this.#adjust(name, before).finally(() =>
          this.#set(name, { status: 'InService', failureReason: (error as Error).message }),
        );
      }
    });
    return this.get(name);
  }

  delete(name: string): void {
    this.#refuseBusy(name);
    this.#set(name, { status: 'Deleting' });
    this.#changes.begin(name, () => this.#remove(name));
  }

  /** Sets everything up again that the last stop found serving. */
  start(): void {
    for (const { name, status, pending } of this.all()) {
      if (status === 'Deleting') {
        this.#records.delete(name);
        continue;
      }
      const failureReason = 'The local cloud stopped during the update, which was rolled back.';
      this.#set(name, {
        ...(status !== 'Creating' && { status: 'SystemUpdating' }),
        ...(pending && { pending: undefined, failureReason }),
      });
      this.#changes.begin(name, (change) => this.#bringUp(name, change));
    }
  }

  /** Leaves every endpoint as it is, for the next start. */
  async stop(): Promise<void> {
    await this.#changes.stop();
    for (const traffic of this.#traffic.values()) void traffic.end();
  }

  async #bringUp(name: string, { signal }: Change): Promise<void> {
    const { deployed } = this.get(name);
    try {
      const opening = this.#open(name, deployed, signal);
      this.#opening.set(name, opening);
      await opening;
      const fleet = this.#traffic.get(name)?.blue;
      if (fleet) await orAborted(fleet.start(), signal);
      this.#set(name, { status: 'InService' });
    } catch (error) {
      if (signal.reason instanceof CloudStops) return;
      const { message } = error as Error;
      this.#host.log.warn(`SageMaker endpoint ${name} failed: ${message}`);
      this.#set(name, { status: 'Failed', failureReason: message });
      void this.#traffic.get(name)?.end();
      this.#traffic.delete(name);
    } finally {
      this.#opening.delete(name);
    }
  }

  async #open(name: string, deployed: Deployed, signal: AbortSignal): Promise<void> {
    const fleet = await this.#fleets.fleet(name, deployed);
    signal.throwIfAborted();
    this.#traffic.set(name, new Traffic(fleet));
  }

  async #replace(name: string, { deployed, plan }: Update, change: Change): Promise<void> {
    const { signal } = change;
    const traffic = this.#traffic.get(name);
    try {
      if (!traffic) throw new Error('The endpoint has no fleet');
      const green = await this.#fleets.fleet(name, deployed);
      await rollOut({
        host: this.#host,
        traffic,
        green,
        plan,
        signal,
        onStage: (stage) => {
          change.stage = stage;
        },
        onRollback: () => this.#set(name, { status: 'RollingBack' }),
      });
      const done = { status: 'InService', deployed, pending: undefined } as const;
      this.#set(name, { ...done, failureReason: undefined });
    } catch (error) {
      if (signal.reason instanceof CloudStops) return;
      const { message } = error as Error;
      this.#host.log.warn(`The update of SageMaker endpoint ${name} failed: ${message}`);
      const status: EndpointStatus =
        error instanceof RollbackFailed ? 'UpdateRollbackFailed' : 'InService';
      this.#set(name, { status, pending: undefined, failureReason: message });
    }
  }

  async #adjust(name: string, deployed: Deployed): Promise<void> {
    const serving = this.#traffic.get(name)?.blue.variants ?? [];
    await Promise.all(
      serving.map(async (variant) => {
        const wanted = deployed.variants.find((one) => one.name === variant.name);
        if (!wanted) return;
        await variant.group.scaleTo(wanted.count);
        variant.weight = wanted.weight;
        variant.count = wanted.count;
      }),
    );
  }

  async #remove(name: string): Promise<void> {
    await this.#traffic.get(name)?.end();
    this.#traffic.delete(name);
    this.#records.delete(name);
  }

  #refuseBusy(name: string): void {
    const record = this.get(name);
    if (!isSettled(record) || this.#changes.has(name)) throw inProgress('endpoint', record.arn);
  }

  #refuseFailed(name: string): void {
    const { status, arn } = this.get(name);
    if (status === 'Failed') {
      throw invalid(`Cannot update endpoint "${arn}" in status Failed: it can only be deleted.`);
    }
  }

  #set(name: string, change: Partial<EndpointRecord>): void {
    const modifiedAt = this.#host.clock.now();
    this.#records.set(name, { ...this.get(name), ...change, modifiedAt });
  }
}
