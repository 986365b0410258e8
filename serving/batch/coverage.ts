import { type BatchTotals, batchErrors } from '../contract/batch.ts';
import { formOf } from '../records/formats.ts';
import { BatchFailure } from './batch-failure.ts';
import { type Part, partPrefix } from './part.ts';
import type { Piece, Shard } from './plan.ts';
import type { Receipt } from './receipt.ts';

/** A part, and what a line of its error file must be raised by to count from its object's start. */
export interface CoveredPart extends Part {
  readonly linesBefore: number;
}

/**
 * Checks that the parts cover the input once: in each object every part begins where the one before it
 * ended, across slices and shards, up to the object's end. Shards come in their order.
 */
export class Coverage {
  #totals = { records: 0, rows: 0, errors: 0, parts: 0, bytes: 0 };
  /** Where the object that was seen last is covered up to. */
  #object: { readonly name: string; end: number; lines: number } | undefined;

  get totals(): BatchTotals {
    return this.#totals;
  }

  add(shard: Shard, { pieces }: Receipt): readonly CoveredPart[] {
    if (pieces.length !== shard.pieces.length) {
      throw differs(`shard ${shard.number} has ${pieces.length} of ${shard.pieces.length} slices`);
    }
    return shard.pieces.flatMap((piece, index) =>
      this.#addPiece(shard.number, piece, pieces[index] as readonly Part[]),
    );
  }

  #addPiece(shard: number, piece: Piece, parts: readonly Part[]): CoveredPart[] {
    const { object, slice } = piece;
    const isContinued = this.#object?.name === object.name;
    if (!isContinued && slice.start > 0) throw differs(`${object.name} lacks its beginning`);
    const before = isContinued ? this.#object : undefined;
    const last = parts.at(-1);
    if (!last?.isLast) throw differs(`${object.name} has no last part in shard ${shard}`);
    // Parquet counts rows from the object's start; text counts lines from the slice's.
    const linesBefore = formOf(object.name).format === 'parquet' ? 0 : (before?.lines ?? 0);
    let end = before?.end;
    for (const [index, part] of parts.entries()) {
      refuseOtherPlace(part, partPrefix(object.name, shard), index);
      if (end !== undefined && part.start.offset !== end) {
        throw differs(
          `${part.key} begins at ${part.start.offset}, but the part before ends at ${end}`,
        );
      }
      if (part.isLast !== (part === last))
        throw differs(`${part.key} is not the last of its slice`);
      end = part.end.offset;
      this.#count(part);
    }
    refuseShort(piece, last);
    this.#object = {
      name: object.name,
      end: last.end.offset,
      lines: linesBefore + last.end.line - 1,
    };
    return parts.map((part) => ({ ...part, linesBefore }));
  }

  #count({ records, rows, errors, bytes }: Part): void {
    this.#totals.records += records;
    this.#totals.rows += rows;
    this.#totals.errors += errors;
    this.#totals.parts += 1;
    this.#totals.bytes += bytes;
  }
}

function refuseOtherPlace({ key }: Part, prefix: string, index: number): void {
  const expected = `${prefix}${String(index).padStart(5, '0')}.`;
  if (!key.startsWith(expected)) throw differs(`${key} stands where ${expected}* belongs`);
}

/** A slice must be read up to its end; where that is the object's, to the object's last byte. */
function refuseShort({ object, slice }: Piece, { key, end }: Part): void {
  const { format, compression } = formOf(object.name);
  // Of packed text and of Parquet nobody knows the length in advance; the reader vouches for it.
  if (compression || format === 'parquet') return;
  const wanted = Math.min(slice.end, object.size);
  if (end.offset >= wanted && end.offset <= object.size) return;
  throw differs(`${key} ends at byte ${end.offset}, but its slice at ${wanted}`);
}

export function differs(message: string): BatchFailure {
  return new BatchFailure(
    batchErrors.totalsDiffer,
    `the output is not what was written: ${message}`,
  );
}
