import type { ScannedRows } from '../../codec/number-scanner/row-scanner.ts';
import type { NumericTensor, Tensor } from '../../protocol/tensor.ts';
import type { Batch, CarriedValue } from '../records.ts';
import { narrowed } from './narrowed.ts';

/**
 * Rows that were scanned at once, each the like of a prototype; `carried` has a value a record.
 * Undefined when an element does not fit its datatype: then the exact path finds out which.
 */
export class ScannedBatch {
  readonly #matched: Uint32Array;
  readonly #inputs: readonly NumericTensor[];
  readonly #carried: ReadonlyMap<string, readonly CarriedValue[]>;
  /** Rows of each record. */
  readonly #rows: number;
  readonly #batched: boolean;

  private constructor(
    matched: Uint32Array,
    inputs: readonly NumericTensor[],
    carried: ReadonlyMap<string, readonly CarriedValue[]>,
    prototype: Batch,
    batched: boolean,
  ) {
    this.#matched = matched;
    this.#inputs = inputs;
    this.#carried = carried;
    this.#rows = prototype.rows;
    this.#batched = batched;
  }

  static of(
    { matched, values }: ScannedRows,
    carried: ReadonlyMap<string, readonly CarriedValue[]>,
    prototype: Batch,
    batched: boolean,
  ): ScannedBatch | undefined {
    const inputs: NumericTensor[] = [];
    for (const [index, like] of prototype.inputs.entries()) {
      if (like.datatype === 'BYTES') return undefined;
      const data = narrowed(like.datatype, values[index] as Float64Array | Float32Array);
      if (!data) return undefined;
      inputs.push({ name: like.name, datatype: like.datatype, shape: like.shape, data });
    }
    return new ScannedBatch(matched.slice(), inputs, carried, prototype, batched);
  }

  get matched(): Uint32Array {
    return this.#matched;
  }

  /** The rows in pieces; none has a record on either side of one of `borders`, which ascend. */
  pieces(borders: readonly number[]): Batch[] {
    const pieces: Batch[] = [];
    const count = this.#matched.length;
    let border = 0;
    for (let first = 0; first < count; ) {
      const record = this.#matched[first] as number;
      while (border < borders.length && (borders[border] as number) < record) border += 1;
      const next = borders[border] ?? Number.POSITIVE_INFINITY;
      let end = first + 1;
      while (this.#batched && end < count && (this.#matched[end] as number) < next) end += 1;
      pieces.push(this.#piece(first, end));
      first = end;
    }
    return pieces;
  }

  #piece(first: number, end: number): Batch {
    const records = end - first;
    const perRecord = this.#rows;
    const carried = new Map<string, readonly CarriedValue[]>();
    for (const [column, values] of this.#carried) {
      carried.set(column, repeated(values.slice(first, end), perRecord));
    }
    return {
      rows: records * perRecord,
      records: repeated(Array.from(this.#matched.subarray(first, end)), perRecord),
      inputs: this.#inputs.map((tensor) => this.#share(tensor, first, end)),
      carried,
    };
  }

  #share({ name, datatype, shape, data }: NumericTensor, first: number, end: number): Tensor {
    const size = data.length / this.#matched.length;
    const rows = (end - first) * this.#rows;
    return {
      name,
      datatype,
      shape: this.#batched ? [rows, ...shape.slice(1)] : shape,
      data: data.subarray(first * size, end * size),
    };
  }
}

function repeated<T>(values: readonly T[], times: number): readonly T[] {
  return times === 1 ? values : values.flatMap((value) => new Array<T>(times).fill(value));
}
