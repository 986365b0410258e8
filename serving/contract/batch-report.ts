/** What a batch job leaves in its output besides the predictions, as others read it. */

/** Content of `_siskin/manifest.json`: the parts in the order of the input, and what they add up to. */
export interface BatchManifest {
  readonly job: string;
  readonly model: string;
  readonly version: string;
  readonly input: { readonly place: string; readonly objects: number; readonly bytes: number };
  readonly totals: BatchTotals;
  readonly parts: readonly BatchPart[];
}

export interface BatchTotals {
  /** Records of the input: each is in a part, or it has failed. */
  readonly records: number;
  /** Rows that the model answered; a record that is a request of the protocol may hold several. */
  readonly rows: number;
  readonly errors: number;
  readonly parts: number;
  readonly bytes: number;
}

export interface BatchPart {
  /** Relative to the output. */
  readonly key: string;
  readonly records: number;
  readonly rows: number;
  readonly errors: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Content of `_siskin/report.json`. */
export interface BatchReport {
  readonly job: string;
  readonly model: string;
  readonly version: string;
  readonly totals: BatchTotals;
  /** Time in which at least one worker ran. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly workers: number;
  readonly attempts: number;
  /**
   * Attempts that were told to stop, and those that ended without a word. One that was killed before it
   * had written anything is known by the number of the next one; behind a job's last there is none.
   */
  readonly interruptions: { readonly noticed: number; readonly killed: number };
  /** Of workers, added up. */
  readonly hours: Readonly<Record<BatchCapacity, number>>;
  /** Missing when an attempt was started without a price. */
  readonly cost?: BatchCost;
}

/** Of the vCPUs alone: requests, storage and the state machine cost apart. */
export interface BatchCost {
  readonly currency: string;
  readonly amount: number;
  readonly perMillionRows: number;
  /** Day on which the oldest of the prices was looked up. */
  readonly priceDate: string;
}

/** Content of an attempt's record. Rows are those that this attempt wrote, and nobody before it. */
export interface BatchAttempt {
  readonly worker: number;
  /** Batch's name of the job that this is an attempt of. */
  readonly task: string;
  /** Number of the attempt of that job, from 1. */
  readonly attempt: number;
  readonly capacity: BatchCapacity;
  readonly vcpus: number;
  readonly price?: BatchPrice;
  /** ISO 8601; `end` is the last sign of life while `outcome` is `running`. */
  readonly start: string;
  readonly end: string;
  readonly outcome: 'running' | 'done' | 'interrupted' | 'failed';
  readonly rows: number;
  readonly errors: number;
  readonly parts: number;
  readonly shards: number;
  /**
   * Bytes of the input behind those rows, for a progress bar. A compressed object counts as a whole
   * with its last part, a Parquet file with the last part of its first slice.
   */
  readonly inputBytes: number;
}

export type BatchCapacity = 'spot' | 'on-demand';

/** What a vCPU costs in an hour, and when that was looked up. */
export interface BatchPrice {
  readonly perVcpuHour: number;
  /** ISO 4217, such as USD. */
  readonly currency: string;
  /** ISO 8601 day. */
  readonly date: string;
}
