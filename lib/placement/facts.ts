import type { Profile } from '../model-repository/profile-file.ts';

/** What a placement is decided and priced from. All of it is committed beside the model. */
export interface PlacementFacts {
  /** The version that is judged; a problem names it. */
  readonly version: string;
  readonly artifact: {
    readonly bytes: number;
    /** 1, or more with external data. */
    readonly files: number;
  };
  /** The graph's operators as `domain:type`, such as `ai.onnx:Conv`. */
  readonly operators: readonly string[];
  /** MiB that model.yaml gives the function, or that the artifact needs. */
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly provisionedConcurrency?: number;
  readonly profile?: Profile;
  readonly traffic?: Traffic;
  readonly latency?: LatencyGoal;
  /** model.yaml accepts what is billed while nobody asks. */
  readonly allowAlwaysOn: boolean;
  /** An endpoint of this model would be taken down to no instance while nobody asks. */
  readonly scalesToZero: boolean;
  /** Instance type that model.yaml names for an endpoint. */
  readonly instance?: string;
}

/** What is expected in the mean over a month. */
export interface Traffic {
  readonly requestsPerMinute: number;
  /** Of a request and its answer together. */
  readonly payloadKB: number;
}

export interface LatencyGoal {
  readonly p95Ms: number;
}
