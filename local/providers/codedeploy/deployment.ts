import type { AppSpec, Hook } from './app-spec.ts';
import type { AlarmConfiguration, AutoRollback, RollbackEvent } from './deployment-group.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** Every status with those that may follow it; the last three are final. */
export const TRANSITIONS = {
  Created: ['Queued', 'Stopped', 'Failed'],
  Queued: ['InProgress', 'Stopped', 'Failed'],
  InProgress: ['Succeeded', 'Failed', 'Stopped'],
  Succeeded: [],
  Failed: [],
  Stopped: [],
} as const satisfies Record<string, readonly string[]>;

export type DeploymentStatus = keyof typeof TRANSITIONS;

export type EventStatus = 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';

/** What a deployment goes through, in this order; a hook runs before and after the shift. */
export const LIFECYCLE = ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'] as const;

export type LifecycleEventName = (typeof LIFECYCLE)[number];

export interface LifecycleEvent {
  readonly name: LifecycleEventName;
  readonly status: EventStatus;
  readonly startTime?: number;
  readonly endTime?: number;
  /** Why it failed. */
  readonly message?: string;
}

/** A deployment as it is kept. Times are milliseconds since the epoch. */
export interface Deployment {
  readonly id: string;
  /** Counts up: deployments of the same millisecond have an order too. */
  readonly number: number;
  readonly application: string;
  readonly group: string;
  readonly config: string;
  readonly routing: TrafficRouting;
  readonly alarms: AlarmConfiguration;
  readonly autoRollback: AutoRollback;
  readonly description?: string | undefined;
  /** The AppSpec as it was given, and as it was understood. */
  readonly content: string;
  readonly spec: AppSpec;
  readonly status: DeploymentStatus;
  readonly createTime: number;
  readonly startTime?: number;
  readonly completeTime?: number;
  readonly updateTime: number;
  /** Percent of the traffic that goes to the new version. */
  readonly shifted: number;
  readonly events: readonly LifecycleEvent[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly rollbackMessage?: string;
}

export function isFinal(status: DeploymentStatus): boolean {
  return TRANSITIONS[status].length === 0;
}

export function mayFollow(from: DeploymentStatus, to: DeploymentStatus): boolean {
  return (TRANSITIONS[from] as readonly string[]).includes(to);
}

/** Why a deployment ends before it has succeeded. */
export class DeploymentFailure extends Error {
  /** AWS's code in `errorInformation`. */
  readonly code: string;
  /** Which setting of auto rollback it falls under. */
  readonly event: RollbackEvent;

  constructor(code: string, message: string, event: RollbackEvent = 'DEPLOYMENT_FAILURE') {
    super(message);
    this.name = 'DeploymentFailure';
    this.code = code;
    this.event = event;
  }

  /** What was stopped from outside has not failed itself. */
  get status(): 'Failed' | 'Stopped' {
    return this.event === 'DEPLOYMENT_FAILURE' ? 'Failed' : 'Stopped';
  }
}

export function hookFailure(event: Hook, why: string): DeploymentFailure {
  return new DeploymentFailure(
    'HOOK_EXECUTION_FAILURE',
    `The deployment failed because the lifecycle event ${event} failed: ${why}`,
  );
}
