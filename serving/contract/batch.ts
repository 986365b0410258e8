/**
 * Words that the parts of a batch job share: the state machine, the planner and the verifier (Lambda
 * functions), the workers (containers of AWS Batch), and the command that starts a job.
 */

export type * from './batch-report.ts';
export * from './batch-transform.ts';

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
  /** Columns by the name of the input that they fill, where the names do not say it themselves. */
  readonly columns?: Readonly<Record<string, string | readonly string[]>>;
  /** Failed rows that the job bears; one more stops it. Default: the model's `batch.errorLimit`. */
  readonly errorLimit?: number;
  /** Bytes of input that one shard covers. Default: 64 MiB. */
  readonly shardBytes?: number;
  /** Rows of one part at most: what an interruption without notice may cost. Default: 8192. */
  readonly partRows?: number;
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
  /**
   * Size of the array job, 2 to 10,000 (AWS Batch's bounds); each worker takes every n-th shard.
   * 0 when nothing is left to do, or nothing was found: the state machine then goes on to the verifier.
   */
  readonly workers: number;
}

/** What the state machine hands to the verifier. */
export interface VerifyRequest {
  /** Place of the plan. */
  readonly plan: string;
}

/** What the verifier answers, and so the state machine's output. */
export interface BatchResult {
  readonly job: string;
  readonly manifest: string;
  readonly report: string;
  /** Rows that the model answered. */
  readonly rows: number;
  /** Records that failed. */
  readonly errors: number;
  readonly parts: number;
  /** Of a backtest. */
  readonly comparison?: string;
}

/**
 * Names of the errors by which the planner and the verifier end a job: a state machine catches by them.
 * None but
 * `incomplete` goes away by trying again.
 */
export const batchErrors = {
  /** The request is wrong; the message lists everything that is. */
  badRequest: 'BadRequest',
  /** Nothing is there to read. */
  inputMissing: 'InputMissing',
  /** The output prefix holds another job's plan or manifest. */
  outputTaken: 'OutputTaken',
  /** The input is another than the one that this output's job was planned for. */
  inputChanged: 'InputChanged',
  /** An object of the input cannot be read, or lacks columns that the model needs. */
  inputDamaged: 'InputDamaged',
  tooManyFailedRows: 'TooManyFailedRows',
  /** Shards are left to do, and nothing speaks against going on: start workers again. */
  incomplete: 'Incomplete',
  /** Parts are missing, doubled, changed, or do not cover the input. */
  totalsDiffer: 'TotalsDiffer',
  /** SageMaker's transform job failed at some objects; those that it finished are kept. */
  transformFailed: 'TransformFailed',
} as const;
export type BatchErrorName = (typeof batchErrors)[keyof typeof batchErrors];

/** Objects below the output prefix that are not predictions. What ends in `/` is a prefix. */
export const batchObjects = {
  folder: '_siskin/',
  plan: '_siskin/plan.json',
  /** The plan's shards, one a line, in numbered pages. */
  shards: '_siskin/plan/',
  /** One list of parts for each finished shard. */
  receipts: '_siskin/receipts/',
  /** One record for each attempt of a worker, renewed while it runs: what a progress bar reads. */
  attempts: '_siskin/attempts/',
  /** Failed rows, one file for each part that has some. */
  errors: '_siskin/errors/',
  /** All failed rows in the order of the input, once the job is complete. */
  allErrors: '_siskin/errors.jsonl',
  /** For each run of a job on SageMaker, the list of objects that it was given. */
  transforms: '_siskin/transforms/',
  /** Why the job was stopped. */
  stop: '_siskin/stop/',
  manifest: '_siskin/manifest.json',
  report: '_siskin/report.json',
  /** What a backtest found. */
  comparison: '_siskin/comparison.json',
} as const;

/** What the model's `batch:` block says; the planner reads it as JSON from its environment. */
export interface BatchSettings {
  /** Workers at once, at most. */
  readonly maxWorkers: number;
  readonly errorLimit: number;
}

/** Environment variables of the planner. Its package holds the model's manifest.json beside index.js. */
export const plannerEnvironment = {
  /** `BatchSettings` as JSON. */
  settings: 'SISKIN_BATCH_SETTINGS',
  /** Prefix of the marks of what earlier jobs have read, for `onlyNew`; ends in `/`. */
  marks: 'SISKIN_BATCH_MARKS',
} as const;

/**
 * Environment variables of a worker, beside AWS_BATCH_JOB_ARRAY_INDEX, AWS_REGION (which not every
 * container has by itself) and those of `environment`.
 */
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
  /** A `BatchCapacity`. */
  capacity: 'SISKIN_BATCH_CAPACITY',
  /** vCPUs of one worker, for the report. */
  vcpus: 'SISKIN_BATCH_VCPUS',
  /** A `BatchPrice` as JSON; without it the report names no cost. */
  price: 'SISKIN_BATCH_PRICE',
  /** Folder for code and models, shared by the workers of a machine. Default: the system's own. */
  scratch: 'SISKIN_BATCH_SCRATCH',
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
