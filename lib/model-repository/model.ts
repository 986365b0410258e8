import type { TensorSpec } from '../../serving/contract/manifest.ts';
import type { BatchConfig } from './batch-config.ts';
import type { Profile } from './profile-file.ts';
import type { SagemakerConfig } from './sagemaker-config.ts';

/** A folder of models, read and found free of problems. */
export interface ModelRepository {
  readonly folder: string;
  /** By name. */
  readonly models: readonly Model[];
}

/** One model: a folder of versions, with the effective values of its model.yaml. */
export interface Model {
  /** The folder's name; what callers use. */
  readonly name: string;
  /** The name inside AWS names, see aws-name.ts. */
  readonly awsName: string;
  readonly folder: string;
  readonly config: ModelConfig;
  /** Where each value of the configuration came from, by field: `default`, `model.yaml:3`, a reason. */
  readonly origins: Readonly<Record<string, string>>;
  /** The version that answers requests which name none. One of `versions`. */
  readonly live: string;
  /** The addressable versions, numerically ascending. */
  readonly versions: readonly ModelVersion[];
}

/** One immutable version of a model. */
export interface ModelVersion {
  /** The folder's name, such as "2". */
  readonly version: string;
  readonly folder: string;
  readonly artifact: Artifact;
  /** What is served: an output that ZipMap made is listed as the tensor it was made from. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** ZipMap nodes that model preparation cuts; empty when the file is served as it is. */
  readonly zipMaps: readonly ZipMap[];
  /** Inputs with a default value in the graph. onnxruntime-node cannot override it: not in `inputs`. */
  readonly fixedInputs: readonly string[];
  /** What the graph computes with, as `domain:type`; without the model's own functions. */
  readonly operators: readonly string[];
  /** What `siskin profile` measured. */
  readonly profile?: Profile;
  readonly goldenPath?: string;
  readonly cardPath?: string;
}

/** The model's file with the external data that it names. */
export interface Artifact {
  /** Path of model.onnx. */
  readonly path: string;
  /** Of model.onnx and all external data. */
  readonly bytes: number;
  /** SHA-256 in hex, see artifact-digest.ts. */
  readonly digest: string;
  /** Files beside model.onnx that hold its large tensors, as paths relative to the version's folder. */
  readonly externalFiles: readonly string[];
}

/** scikit-learn's last step: a tensor of scores turned into a list of maps, which OIP cannot carry. */
export interface ZipMap {
  /** The graph output that it makes. */
  readonly output: string;
  /** The classes in the order of the tensor's last dimension. */
  readonly labels: readonly string[];
}

/** A model.yaml with every default filled in. `live` and `versions` are the model's own fields. */
export interface ModelConfig {
  readonly owner?: string;
  readonly description?: string;
  /** `auto` is decided when the model is read. */
  readonly target: 'lambda' | 'sagemaker';
  /** `auto` may choose what is billed without requests. */
  readonly allowAlwaysOn: boolean;
  /** MiB. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly rollout: Rollout;
  readonly alarms: AlarmLimits;
  /** The newest versions may break callers of older ones. */
  readonly breaking: boolean;
  readonly provisionedConcurrency?: number;
  readonly traffic?: Traffic;
  readonly latency?: LatencyGoal;
  /** The endpoint, when the target is sagemaker. */
  readonly sagemaker?: SagemakerConfig;
  /** Jobs over files; undefined without any. */
  readonly batch?: BatchConfig;
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

export type Rollout =
  | { readonly strategy: 'all-at-once' }
  | {
      readonly strategy: 'canary' | 'linear';
      /** 1-99: of the traffic at first (canary), or added at each step (linear). */
      readonly percent: number;
      /** Minutes until the rest follows (canary), or between steps (linear). */
      readonly minutes: number;
    };

/** Where a rollout turns back. */
export interface AlarmLimits {
  /** Share of failed requests, 0-1. */
  readonly errorRate: number;
  readonly p95LatencyMs: number;
  /** Requests within the alarm window below which nothing is judged. */
  readonly minRequests: number;
}
