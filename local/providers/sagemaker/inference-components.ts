import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { type Change, Changes } from './changes.ts';
import type { ContainerGroup } from './container-group.ts';
import type { RolloutPlan } from './deployment-config.ts';
import { Fleet, Traffic } from './fleet.ts';
import type { FleetFactory } from './fleet-factory.ts';
import type { Specification } from './inference-component-input.ts';
import type { ContainerDefinition } from './model.ts';
import { arnOf } from './names.ts';
import { inProgress, missing, taken } from './refusals.ts';
import { CloudStops, orAborted, rollOut } from './rollout.ts';

export type ComponentStatus = 'Creating' | 'InService' | 'Updating' | 'Deleting' | 'Failed';

/** An inference component as it is kept: a model on an endpoint's instances, in copies. */
export interface ComponentRecord {
  readonly name: string;
  readonly arn: string;
  readonly endpoint: string;
  readonly variant: string;
  readonly status: ComponentStatus;
  readonly failureReason?: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly specification: Specification;
  readonly container: ContainerDefinition;
  readonly desiredCopies: number;
  /** Copies that serve. */
  readonly currentCopies: number;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export type NewComponent = Pick<
  ComponentRecord,
  'name' | 'endpoint' | 'variant' | 'specification' | 'container' | 'desiredCopies' | 'tags'
>;

export interface ComponentUpdate {
  readonly specification: Specification;
  readonly container: ContainerDefinition;
  readonly copies: number;
  readonly plan: RolloutPlan;
}

/** Inference components, their copies, and the one change that may run on each. */
export class InferenceComponents {
  readonly #host: Host;
  readonly #fleets: FleetFactory;
  readonly #records: Collection<ComponentRecord>;
  readonly #traffic = new Map<string, Traffic>();
  readonly #changes: Changes;

  constructor(host: Host, fleets: FleetFactory) {
    this.#host = host;
    this.#fleets = fleets;
    this.#changes = new Changes(host.log);
    this.#records = host.storage('sagemaker').collection('inference-components');
  }

  all(): ComponentRecord[] {
    return this.#records.values();
  }

  find(name: string): ComponentRecord | undefined {
    return this.#records.get(name);
  }

  get(name: string): ComponentRecord {
    const found = this.find(name);
    if (found) return found;
    throw missing('inference component', arnOf(this.#host, 'inference-component', name));
  }

  /** The copies that a request goes to, by chance while an update shifts the traffic. */
  group(name: string, random: () => number): ContainerGroup | undefined {
    return this.#traffic.get(name)?.fleet(random).variants[0]?.group;
  }

  async settled(name: string): Promise<ComponentRecord> {
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

  create(component: NewComponent): ComponentRecord {
    const { name } = component;
    const arn = arnOf(this.#host, 'inference-component', name);
    if (this.#records.has(name)) throw taken('inference component', arn);
    const now = this.#host.clock.now();
    const times = { createdAt: now, modifiedAt: now };
    this.#records.set(name, { ...component, arn, status: 'Creating', ...times, currentCopies: 0 });
    this.#changes.begin(name, (change) => this.#bringUp(name, change));
    return this.get(name);
  }

  /** Other copies take the place of those that serve. */
  update(name: string, { plan, copies, ...next }: ComponentUpdate): ComponentRecord {
    this.#refuseBusy(name);
    this.#set(name, { status: 'Updating', desiredCopies: copies });
    this.#changes.begin(name, async (change) => {
      const { signal } = change;
      try {
        const traffic = this.#traffic.get(name);
        if (!traffic) throw new Error('The inference component has no copies to replace');
        const green = await this.#fleet({ ...this.get(name), ...next });
        await rollOut({
          host: this.#host,
          traffic,
          green,
          plan,
          signal,
          onStage: (stage) => {
            change.stage = stage;
          },
          onRollback: () => {},
        });
        this.#set(name, {
          ...next,
          status: 'InService',
          currentCopies: copies,
          failureReason: undefined,
        });
      } catch (error) {
        if (signal.reason instanceof CloudStops) return;
        this.#set(name, { status: 'InService', failureReason: (error as Error).message });
      }
    });
    return this.get(name);
  }

  /** Changes the number of copies. */
  scale(name: string, copies: number): ComponentRecord {
    this.#refuseBusy(name);
    const before = this.get(name).desiredCopies;
    this.#set(name, { status: 'Updating', desiredCopies: copies });
    // What has to go takes no more requests from now on; what has to come counts when it is ready.
    if (copies < this.get(name).currentCopies) this.#set(name, { currentCopies: copies });
    this.#changes.begin(name, async ({ signal }) => {
      const variant = this.#traffic.get(name)?.blue.variants[0];
      try {
        if (!variant) throw new Error('The inference component has no copies to scale');
        variant.count = copies;
        await orAborted(variant.group.scaleTo(copies), signal);
        this.#set(name, { status: 'InService', currentCopies: copies, failureReason: undefined });
      } catch (error) {
        if (signal.reason instanceof CloudStops) return;
        if (variant) variant.count = before;
        const failureReason = (error as Error).message;
        this.#set(name, { status: 'InService', desiredCopies: before, failureReason });
      }
    });
    return this.get(name);
  }

  delete(name: string): void {
    this.#refuseBusy(name);
    this.#set(name, { status: 'Deleting' });
    this.#changes.begin(name, async () => {
      await this.#traffic.get(name)?.end();
      this.#traffic.delete(name);
      this.#records.delete(name);
    });
  }

  /** Sets everything up again that the last stop found serving. */
  start(): void {
    for (const { name, status } of this.all()) {
      if (status === 'Deleting') this.#records.delete(name);
      if (status === 'Deleting' || status === 'Failed') continue;
      this.#set(name, { currentCopies: 0 });
      this.#changes.begin(name, (change) => this.#bringUp(name, change));
    }
  }

  async stop(): Promise<void> {
    await this.#changes.stop();
    for (const traffic of this.#traffic.values()) void traffic.end();
  }

  async #bringUp(name: string, { signal }: Change): Promise<void> {
    const record = this.get(name);
    try {
      const fleet = await this.#fleet(record);
      signal.throwIfAborted();
      this.#traffic.set(name, new Traffic(fleet));
      await orAborted(fleet.start(), signal);
      this.#set(name, { status: 'InService', currentCopies: record.desiredCopies });
    } catch (error) {
      if (signal.reason instanceof CloudStops) return;
      const { message } = error as Error;
      this.#host.log.warn(`SageMaker inference component ${name} failed: ${message}`);
      this.#set(name, { status: 'Failed', failureReason: message });
      void this.#traffic.get(name)?.end();
      this.#traffic.delete(name);
    }
  }

  async #fleet(record: Omit<ComponentRecord, 'status'>): Promise<Fleet> {
    const { name, specification, container, desiredCopies } = record;
    const group = await this.#fleets.group({
      name,
      container,
      startupSeconds: specification.StartupParameters.ContainerStartupHealthCheckTimeoutInSeconds,
      logGroup: `/aws/sagemaker/InferenceComponents/${name}`,
      logPrefix: `${record.variant}/`,
    });
    const variant = { name, isShadow: false, weight: 1, count: desiredCopies, isRandom: false };
    return new Fleet([{ ...variant, group }]);
  }

  #refuseBusy(name: string): void {
    const { status, arn } = this.get(name);
    const isSettled = status === 'InService' || status === 'Failed';
    if (!isSettled || this.#changes.has(name)) throw inProgress('inference component', arn);
  }

  #set(name: string, change: Partial<ComponentRecord>): void {
    const modifiedAt = this.#host.clock.now();
    this.#records.set(name, { ...this.get(name), ...change, modifiedAt });
  }
}
