import type { ErrorCode } from '../error/catalogue.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { elementCount, type Tensor } from '../protocol/tensor.ts';
import type { Batch } from '../records/records.ts';

/** A version of the model that answers a job's rows; a backtest has two. */
export interface Arm {
  readonly version: string;
  /** Answers all outputs of the signature, in its order. */
  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
}

/** What came out of some rows: each arm's outputs, or the arms that refused the one record. */
export type Answer =
  | { readonly batch: Batch; readonly outputs: readonly (readonly Tensor[])[] }
  | { readonly batch: Batch; readonly refusals: readonly Refusal[] };

export interface Refusal {
  /** Index of the arm. */
  readonly arm: number;
  readonly reason: string;
}

/** What a row can be the cause of. All else is about the model or the machine, and ends the attempt. */
const rowsFault: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad_tensor',
  'signature_mismatch',
  'bytes_not_text',
  'model_error',
]);

/**
 * Answers a batch. When it is refused, its halves are tried, down to the records that are at fault: one
 * bad row among a thousand costs about ten times two more inferences, and takes no other row with it.
 */
export async function* answers(batch: Batch, arms: readonly Arm[]): AsyncGenerator<Answer> {
  const results = await settle(batch, arms);
  const refusals = results.filter((result): result is Refusal => 'reason' in result);
  if (refusals.length === 0) {
    yield { batch, outputs: results as readonly (readonly Tensor[])[] };
    return;
  }
  const middle = middleBorder(batch);
  if (middle === undefined) {
    yield { batch, refusals };
    return;
  }
  yield* answers(rowsOf(batch, 0, middle), arms);
  yield* answers(rowsOf(batch, middle, batch.rows), arms);
}

async function settle(batch: Batch, arms: readonly Arm[]) {
  const results: (readonly Tensor[] | Refusal)[] = [];
  for (const [index, { infer, version }] of arms.entries()) {
    try {
      results.push(await infer(batch.inputs));
    } catch (error) {
      if (!(error instanceof SiskinError && rowsFault.has(error.code))) throw error;
      const reason = arms.length > 1 ? `version ${version}: ${error.message}` : error.message;
      results.push({ arm: index, reason });
    }
  }
  return results;
}

/** The border between two records that is next to the middle; undefined within a single record. */
function middleBorder({ rows, records }: Batch): number | undefined {
  const middle = Math.ceil(rows / 2);
  const isBorder = (row: number) => records[row] !== records[row - 1];
  for (let distance = 0; distance < rows; distance += 1) {
    for (const row of [middle - distance, middle + distance]) {
      if (row > 0 && row < rows && isBorder(row)) return row;
    }
  }
  return undefined;
}

/** Rows `from` up to, not with, `to`. */
export function rowsOf(batch: Batch, from: number, to: number): Batch {
  const carried = [...batch.carried].map(
    ([column, values]) => [column, values.slice(from, to)] as const,
  );
  return {
    rows: to - from,
    inputs: batch.inputs.map((input) => tensorRows(input, from, to)),
    records: Array.prototype.slice.call(batch.records, from, to),
    carried: new Map(carried),
  };
}

export function tensorRows(tensor: Tensor, from: number, to: number): Tensor {
  const shape = [to - from, ...tensor.shape.slice(1)];
  const width = elementCount(tensor.shape.slice(1)) ?? 0;
  const data = tensor.data.slice(from * width, to * width);
  return { ...tensor, shape, data } as Tensor;
}
