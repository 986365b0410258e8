import type { LatencyGoal, ModelVersion, Traffic } from '../model-repository/model.ts';
import type { Profile } from '../model-repository/profile-file.ts';

export type { LatencyGoal, Traffic };

/** What a placement is decided and priced from. All of it is committed beside the model. */
export interface PlacementFacts {
  readonly artifact: {
    /** Of the largest addressable version. */
    readonly bytes: number;
    /** 1, or more with external data. */
    readonly files: number;
  };
  /** The graphs' operators as `domain:type`, such as `ai.onnx:Conv`. */
  readonly operators: readonly string[];
  /** MiB that model.yaml gives the function, or that the artifact needs. */
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly provisionedConcurrency?: number;
  /** Of the live version. */
  readonly profile?: Profile;
  readonly traffic?: Traffic;
  readonly latency?: LatencyGoal;
  /** model.yaml accepts what is billed while nobody asks. */
  readonly allowAlwaysOn: boolean;
  /** An endpoint of this model would be taken down to no instance while nobody asks. */
  readonly scalesToZero: boolean;
  /** Instance type that model.yaml names for an endpoint. */
  readonly instance?: string;
  /** Instances of an endpoint at least. */
  readonly minInstances: number;
  /** Instance families that model.yaml names for batch jobs. */
  readonly families?: readonly string[];
}

/** A model as far as its placement depends on it. `Model` is one. */
export interface PlacedModel {
  readonly live: string;
  readonly versions: readonly ModelVersion[];
  readonly config: {
    readonly memory: number;
    readonly timeout: number;
    readonly provisionedConcurrency?: number;
    readonly traffic?: Traffic;
    readonly latency?: LatencyGoal;
    readonly allowAlwaysOn?: boolean;
    readonly sagemaker?: {
      readonly instance?: string;
      readonly scaleToZero?: boolean;
      readonly async?: boolean;
      readonly minInstances?: number;
    };
    readonly batch?: { readonly families?: readonly string[] | undefined };
  };
}

export function placementFacts({ live, versions, config }: PlacedModel): PlacementFacts {
  const largest = versions.toSorted((a, b) => b.artifact.bytes - a.artifact.bytes)[0];
  if (largest === undefined) throw new Error('A model without versions cannot be placed.');
  const profile = versions.find(({ version }) => version === live)?.profile;
  const { memory, timeout, provisionedConcurrency, traffic, latency, sagemaker } = config;
  const { instance, scaleToZero, async, minInstances } = sagemaker ?? {};
  const families = config.batch?.families;
  return {
    artifact: {
      bytes: largest.artifact.bytes,
      files: 1 + largest.artifact.externalFiles.length,
    },
    operators: [...new Set(versions.flatMap(({ operators }) => operators))],
    memoryMiB: memory,
    timeoutSeconds: timeout,
    ...(provisionedConcurrency !== undefined && { provisionedConcurrency }),
    ...(profile && { profile }),
    ...(traffic && { traffic }),
    ...(latency && { latency }),
    allowAlwaysOn: config.allowAlwaysOn ?? false,
    scalesToZero: scaleToZero === true || (async === true && minInstances === 0),
    ...(instance !== undefined && { instance }),
    minInstances: Math.max(1, minInstances ?? 1),
    ...(families && { families }),
  };
}
