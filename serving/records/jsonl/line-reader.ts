import { exactNumber } from '../../codec/exact-json.ts';
import { RowScanner } from '../../codec/number-scanner/row-scanner.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import type { ChunkBuilder } from '../chunk-builder.ts';
import type { RowSignature } from '../columns/row-signature.ts';
import { ScannedBatch } from '../columns/scanned-batch.ts';
import type { Batch, Binding, CarriedValue } from '../records.ts';
import type { CutRecords } from '../text/record-cutter.ts';
import { recordBytes } from '../text/text-chunk.ts';
import { readLine } from './line-row.ts';
import { type LineTemplate, templateOf } from './line-template.ts';

/**
 * The lines of a file. Those that look like one before them are scanned at once; every other is read
 * by itself, exactly. The two ways give the same, to the bit.
 */
export class LineReader {
  readonly #signature: RowSignature;
  readonly #binding: Binding;
  readonly #scanner = new RowScanner();
  #template: LineTemplate | undefined;

  constructor(signature: RowSignature, binding: Binding) {
    this.#signature = signature;
    this.#binding = binding;
  }

  read(cut: CutRecords, builder: ChunkBuilder): void {
    this.#template ??= this.#learn(cut, 0);
    const scanned = this.#template && this.#scan(cut, this.#template);
    const exact: number[] = [];
    let match = 0;
    for (let record = 0; record < cut.starts.length; record += 1) {
      if (scanned && scanned.matched[match] === record) match += 1;
      else if (this.#readExactly(cut, record, builder)) exact.push(record);
    }
    for (const piece of scanned?.pieces(exact) ?? []) builder.add(piece);
    // The file looks otherwise by now.
    if (exact.length > match) this.#template = this.#learn(cut, exact[0] as number);
  }

  #readExactly(cut: CutRecords, record: number, builder: ChunkBuilder): boolean {
    try {
      builder.add(this.#line(cut, record));
      return true;
    } catch (error) {
      if (!(error instanceof SiskinError)) throw error;
      builder.fail(record, error.message);
      return false;
    }
  }

  #line(cut: CutRecords, record: number): Batch {
    return readLine(recordBytes(cut, record), record, this.#signature, this.#binding);
  }

  #learn(cut: CutRecords, record: number): LineTemplate | undefined {
    if (record >= cut.starts.length) return undefined;
    const line = recordBytes(cut, record);
    try {
      const prototype = readLine(line, 0, this.#signature, this.#binding);
      return templateOf(line, prototype, this.#signature, this.#binding);
    } catch (error) {
      // The exact path says what is wrong with this line; another may make a template.
      if (error instanceof SiskinError) return undefined;
      throw error;
    }
  }

  #scan(cut: CutRecords, template: LineTemplate): ScannedBatch | undefined {
    const rows = this.#scanner.scan(template.program, cut.bytes, cut.starts, cut.ends);
    if (!rows || rows.matched.length === 0) return undefined;
    const carried = new Map<string, readonly CarriedValue[]>();
    for (const hole of template.carried) {
      const values =
        hole.kind === 'number'
          ? carriedNumbers(rows.values[hole.target] as Float64Array)
          : carriedValues(cut.bytes, rows.spans, hole.span, template.program.spans);
      if (!values) return undefined;
      carried.set(hole.column, values);
    }
    return ScannedBatch.of(rows, carried, template.prototype, this.#signature.batched);
  }
}

/** Undefined when a double may not be the whole truth about one of them. */
function carriedNumbers(values: Float64Array): CarriedValue[] | undefined {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined;
  }
  return Array.from(values);
}

/** One column's values; undefined when one needs a closer look. */
function carriedValues(
  bytes: Buffer,
  spans: Uint32Array,
  column: number,
  columns: number,
): CarriedValue[] | undefined {
  const values: CarriedValue[] = [];
  for (let at = 2 * column; at < spans.length; at += 2 * columns) {
    const value = scalarAt(bytes, spans[at] as number, spans[at + 1] as number);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function scalarAt(bytes: Buffer, start: number, end: number): CarriedValue | undefined {
  switch (bytes[start]) {
    case 0x22: {
      const text = bytes.toString('utf8', start + 1, end - 1);
      return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
    }
    case 0x74:
      return true;
    case 0x66:
      return false;
    case 0x6e:
      return null;
    default:
      return numberIn(bytes.toString('latin1', start, end));
  }
}

function numberIn(token: string): CarriedValue | undefined {
  const value = Number(token);
  if (Number.isSafeInteger(value) && token.length < 16 && !/[.eE]/.test(token)) return value;
  const isWhole = Number.isInteger(value) || !Number.isFinite(value);
  if (isWhole && /[.eE]/.test(token)) return undefined;
  const exact = isWhole ? exactNumber(token) : value;
  return typeof exact === 'object' ? undefined : exact;
}
