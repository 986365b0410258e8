/**
 * Words that the parts of a batch job share: the state machine, the planner and the verifier (Lambda
 * functions), the workers (containers of AWS Batch), and the command that starts a job.
 */

/** The state machine's input: what starts a job. Places are `s3://bucket/key`. */
export interface BatchRequest {
  /** One object, or a prefix (it ends with `/`) of many. */
  readonly input: string;
  /** A prefix; it ends with `/`. Two jobs never share one. */
  readonly output: string;
  /** Version of the model. Default: the live one. */
  readonly version?: string;
  /** Format of the output. Default: the input's. */
  readonly format?: BatchFormat;
  /** Column or member that is carried into the output beside the answer. Default: none. */
  readonly key?: string;
  /** Failed rows at which the job stops. Default: the model's own `batch.errorLimit`. */
  readonly errorLimit?: number;
  /** Bytes of input that one shard covers. Default: 64 MiB. */
  readonly shardBytes?: number;
  /** Only objects that were written after the last job that this state machine ended well. */
  readonly onlyNew?: boolean;
  /** Compares `version` (the champion) with `challenger` instead of writing predictions. */
  readonly backtest?: BacktestRequest;
}

export interface BacktestRequest {
  readonly challenger: string;
  /** Column or member with the truth. */
  readonly label: string;
  /** Output tensor that is compared with the label. Default: the model's first. */
  readonly prediction?: string;
  /** Columns by whose values the comparison is broken down. */
  readonly slices?: readonly string[];
}

/** Formats of records; the text forms may be compressed with gzip (`.gz`) or zstd (`.zst`). */
export const batchFormats = ['jsonl', 'csv', 'parquet'] as const;
export type BatchFormat = (typeof batchFormats)[number];

/** What the planner answers to the state machine. */
export interface PlanResult {
  /** Place of the plan: `<output>_siskin/plan.json`. */
  readonly plan: string;
  readonly shards: number;
  /** Size of the array job, 2 to 10,000 (AWS Batch's bounds); each worker takes every n-th shard. */
  readonly workers: number;
}

/** Objects below the output prefix that are not predictions. */
export const batchObjects = {
  folder: '_siskin/',
  plan: '_siskin/plan.json',
  manifest: '_siskin/manifest.json',
  report: '_siskin/report.json',
  errors: '_siskin/errors/',
} as const;

/** Environment variables of a worker, beside AWS_BATCH_JOB_ARRAY_INDEX and those of `environment`. */
export const batchEnvironment = {
  /** Place of the plan. */
  plan: 'SISKIN_BATCH_PLAN',
  /** Place of the worker's bundle: one JavaScript file. */
  code: 'SISKIN_BATCH_CODE',
  /** Place of the archive (zip) with onnxruntime, laid out as the Lambda layer. */
  onnxruntime: 'SISKIN_BATCH_ONNXRUNTIME',
  /** Place of the archive (zip) with manifest.json and the model's versions. */
  model: 'SISKIN_BATCH_MODEL',
  /** How many workers share the plan's shards. */
  workers: 'SISKIN_BATCH_WORKERS',
} as const;

/** Exit codes by which the job definition's retry rules tell what happened. */
export const batchExitCodes = {
  done: 0,
  /** A defect or a place that cannot be reached: not tried again without a change. */
  failed: 1,
  /** The input, the request or too many failed rows: trying again gives the same. */
  badInput: 2,
  /** Told to stop, between two parts: to be tried again. 128 + SIGTERM, as Docker reports it. */
  interrupted: 143,
  /** Killed without notice: to be tried again. 128 + SIGKILL. */
  killed: 137,
} as const;
