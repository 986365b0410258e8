import type { RolloutSnapshot } from '../cloud/rollout.ts';
import type { TrafficFigures } from '../cloud/traffic.ts';

/** What a deploy tells, in order: one line of JSON each with `--json`, a sentence without. */
export type ReleaseEvent =
  | {
      readonly event: 'plan';
      readonly create: readonly string[];
      readonly release: readonly string[];
      readonly unchanged: readonly string[];
      readonly remove: readonly string[];
      readonly platform: boolean;
      readonly api: boolean;
    }
  | { readonly event: 'deploying'; readonly stack: string; readonly model?: string }
  | ({ readonly event: 'rollout'; readonly model: string } & RolloutSnapshot)
  | ({ readonly event: 'completed'; readonly model: string } & Completion)
  | { readonly event: 'created'; readonly model: string; readonly seconds: number }
  | { readonly event: 'updated'; readonly stack: string; readonly seconds: number }
  | {
      readonly event: 'rolled-back';
      readonly model: string;
      readonly reason: string;
      readonly seconds: number;
    }
  | { readonly event: 'failed'; readonly stack: string; readonly reason: string }
  | { readonly event: 'removed'; readonly stack: string }
  | ({ readonly event: 'traffic'; readonly model: string } & TrafficFigures)
  | {
      readonly event: 'done';
      readonly exitCode: number;
      readonly completed: readonly string[];
      readonly rolledBack: readonly string[];
      readonly failed: readonly string[];
    };

export interface Completion {
  /** The Lambda version that now has all the traffic. */
  readonly functionVersion: string;
  readonly seconds: number;
  readonly requests: number;
  /** Requests that the alarms needed before they could judge. */
  readonly needed: number;
  /** False when fewer requests than that arrived: nothing was proven. */
  readonly evidence: boolean;
}

export type Tell = (event: ReleaseEvent) => void;
