import { randomBytes } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Collection, Storage } from '../../host/storage.ts';
import {
  type Deployment,
  isFinal,
  type LifecycleEvent,
  type LifecycleEventName,
  mayFollow,
} from './deployment.ts';

/** So many finished deployments of a group are remembered. */
const KEPT_PER_GROUP = 100;

type Change = Partial<Omit<Deployment, 'id' | 'number' | 'updateTime'>>;

/** Every deployment, as it stands. */
export class Deployments {
  readonly #deployments: Collection<Deployment>;
  readonly #clock: Clock;

  constructor(storage: Storage, clock: Clock) {
    this.#deployments = storage.collection('deployments');
    this.#clock = clock;
  }

  get(id: string): Deployment {
    const found = this.#deployments.get(id);
    if (found) return found;
    throw new AwsError(
      'DeploymentDoesNotExistException',
      `The deployment ${id} could not be found`,
    );
  }

  /** Newest first. */
  all(): Deployment[] {
    return this.#deployments.values().sort((a, b) => b.number - a.number);
  }

  active(application: string, group: string): Deployment | undefined {
    return this.all().find(
      (deployment) =>
        deployment.application === application &&
        deployment.group === group &&
        !isFinal(deployment.status),
    );
  }

  create(start: Omit<Deployment, 'id' | 'number' | 'createTime' | 'updateTime'>): Deployment {
    const all = this.all();
    const id = `d-${randomBytes(5).toString('hex').slice(0, 9).toUpperCase()}`;
    const now = this.#clock.now();
    const number = (all[0]?.number ?? 0) + 1;
    const deployment = { ...start, id, number, createTime: now, updateTime: now };
    this.#deployments.set(id, deployment);
    const old = all.filter(
      ({ group, application }) => group === start.group && application === start.application,
    );
    for (const { id: forgotten } of old.slice(KEPT_PER_GROUP - 1))
      this.#deployments.delete(forgotten);
    return deployment;
  }

  change(id: string, change: Change): Deployment {
    const before = this.get(id);
    if (
      change.status &&
      change.status !== before.status &&
      !mayFollow(before.status, change.status)
    ) {
      throw new Error(`Deployment ${id} cannot go from ${before.status} to ${change.status}`);
    }
    const deployment = { ...before, ...change, updateTime: this.#clock.now() };
    this.#deployments.set(id, deployment);
    return deployment;
  }

  changeEvent(id: string, name: LifecycleEventName, change: Partial<LifecycleEvent>): void {
    const events = this.get(id).events.map((event) =>
      event.name === name ? { ...event, ...change } : event,
    );
    this.change(id, { events });
  }
}
