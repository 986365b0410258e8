import type { Comparison } from '../../serving/batch/backtest/comparison.ts';
import type { BatchReport, BatchResult } from '../../serving/contract/batch.ts';

/** How far a job is. */
export interface JobProgress {
  /** Rows that were answered so far, by this run and those before it. */
  readonly rows: number;
  readonly errors: number;
  /** Over the last seconds. */
  readonly rowsPerSecond: number;
  readonly shards: number;
  readonly shardsDone: number;
  readonly bytes: number;
  /** Bytes of input that workers have read; at most `bytes`. */
  readonly bytesDone: number;
  /** Workers that were told to stop, or vanished. */
  readonly interruptions: number;
  /** Undefined until there is a rate to tell it from. */
  readonly secondsLeft?: number;
}

/** What `siskin batch run --json` prints, one a line. */
export type BatchEvent =
  | {
      readonly event: 'staged';
      readonly files: number;
      readonly sent: number;
      readonly input: string;
    }
  | {
      readonly event: 'started';
      readonly execution: string;
      readonly output: string;
      /** The job was running already; this command follows it. */
      readonly joined: boolean;
    }
  | ({ readonly event: 'progress' } & JobProgress)
  | { readonly event: 'interrupted'; readonly job: string; readonly notice: boolean }
  | { readonly event: 'note'; readonly text: string }
  | {
      readonly event: 'fetched';
      readonly what: 'predictions' | 'failed rows';
      readonly files: number;
      readonly bytes: number;
      readonly folder: string;
    }
  | {
      readonly event: 'complete';
      readonly exitCode: 0;
      readonly seconds: number;
      readonly result: BatchResult;
      readonly report?: BatchReport | undefined;
      /** Of a backtest. */
      readonly comparison?: Comparison | undefined;
    }
  | {
      readonly event: 'failed';
      readonly exitCode: number;
      readonly error: string;
      readonly cause: string;
    };

export type TellBatch = (event: BatchEvent) => void;
