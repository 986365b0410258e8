import { rowScannerWasm } from './generated/row-scanner-wasm.ts';
import { compileWasm, instantiateNumbers, type WasmNumbers } from './wasm-scanner.ts';

/** What assembly/rows.ts exports. */
interface WasmRows extends WasmNumbers {
  room(bytes: number): number;
  scanRecords(
    steps: number,
    stepsEnd: number,
    text: number,
    starts: number,
    ends: number,
    records: number,
    matched: number,
    allowedMarks: number,
  ): number;
}

/** A step of reading a record; the first byte that differs from the steps makes it not match. */
export type RowStep =
  /** These very bytes. */
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  /** Numbers with commas between them, for a target's row from `offset` on. */
  | {
      readonly kind: 'numbers';
      readonly count: number;
      readonly target: number;
      readonly offset: number;
    }
  /** JSON's string, number, true, false or null; or a string alone. */
  | { readonly kind: 'scalar' | 'string'; readonly span: number | undefined };

/** What the numbers of a step become. Singles are rounded as a copy of the doubles would be. */
export interface RowTarget {
  /** That one record gives. */
  readonly numbers: number;
  readonly type: 'doubles' | 'singles';
}

export interface RowProgram {
  readonly steps: readonly RowStep[];
  readonly targets: readonly RowTarget[];
  /** How many spans one record has. */
  readonly spans: number;
  /** Whole numbers that a double may not hold exactly are as good as others: the targets are floats. */
  readonly allowsRounding: boolean;
}

/** Records that match, in order. All lie in the scanner's memory and are gone with its next scan. */
export interface ScannedRows {
  /** Indices of the records that match. */
  readonly matched: Uint32Array;
  /** By target, the numbers of all matching records, row after row. */
  readonly values: readonly (Float64Array | Float32Array)[];
  /** By record and span, where it begins and ends in the text. */
  readonly spans: Uint32Array;
}

const kinds = { literal: 0, doubles: 1, scalar: 2, singles: 3, string: 4 } as const;
const arrays = { doubles: Float64Array, singles: Float32Array } as const;
/** Marks of assembly/record.ts. */
const roundedInteger = 4;
/** One vector load beyond the text, and the number routine's second. */
const padding = 48;
/** A memory that huge records made larger than this is left to the garbage collector. */
const maxKeptMemory = 64 * 1024 * 1024;

let compiled: object | undefined;

/**
 * Reads many records of one shape in WebAssembly, straight into rows of doubles. What it reads is
 * exactly what JSON.parse would: a record that the steps do not describe is left to others.
 */
export class RowScanner {
  #wasm: WasmRows | undefined;

  /** Undefined when the records do not fit the scanner's memory. */
  scan(
    program: RowProgram,
    text: Uint8Array,
    starts: readonly number[],
    ends: readonly number[],
  ): ScannedRows | undefined {
    compiled ??= compileWasm(rowScannerWasm);
    this.#wasm ??= instantiateNumbers<WasmRows>(compiled);
    const wasm = this.#wasm;
    if (wasm.memory.buffer.byteLength > maxKeptMemory) this.#wasm = undefined;
    const layout = layOut(program, text.length, starts.length);
    const base = wasm.room(layout.size);
    if (base === 0) return undefined;
    const { buffer } = wasm.memory;
    new Uint8Array(buffer).set(text, base + layout.text);
    new Uint8Array(buffer).fill(0, base + layout.text + text.length, base + layout.size);
    new Uint32Array(buffer, base + layout.starts, starts.length).set(starts);
    new Uint32Array(buffer, base + layout.ends, ends.length).set(ends);
    writeSteps(program, layout, new DataView(buffer, base), base);
    const rows = wasm.scanRecords(
      base,
      base + layout.literals,
      base + layout.text,
      base + layout.starts,
      base + layout.ends,
      starts.length,
      base + layout.matched,
      program.allowsRounding ? roundedInteger : 0,
    );
    return {
      matched: new Uint32Array(buffer, base + layout.matched, rows),
      values: program.targets.map(({ numbers, type }, index) => {
        const at = base + (layout.targets[index] as number);
        return new arrays[type](buffer, at, rows * numbers);
      }),
      spans: new Uint32Array(buffer, base + layout.spans, 2 * rows * program.spans),
    };
  }
}

/** Offsets of everything that a scan needs, one behind the other. */
interface Layout {
  readonly literals: number;
  readonly starts: number;
  readonly ends: number;
  readonly matched: number;
  readonly spans: number;
  readonly targets: readonly number[];
  readonly text: number;
  readonly size: number;
}

function layOut(program: RowProgram, textLength: number, records: number): Layout {
  let top = 0;
  const take = (bytes: number) => {
    const at = top;
    top += (bytes + 15) & ~15;
    return at;
  };
  take(16 * program.steps.length);
  const literalBytes = program.steps.reduce(
    (sum, step) => sum + (step.kind === 'literal' ? step.bytes.length : 0),
    0,
  );
  return {
    literals: take(literalBytes + 8),
    starts: take(4 * records),
    ends: take(4 * records),
    matched: take(4 * records),
    spans: take(8 * records * program.spans),
    targets: program.targets.map(({ numbers, type }) =>
      take(elementBytes(type) * numbers * records),
    ),
    text: take(textLength + padding),
    size: top,
  };
}

function writeSteps(program: RowProgram, layout: Layout, view: DataView, base: number): void {
  let literal = layout.literals;
  program.steps.forEach((step, index) => {
    const words = [0, 0, 0, 0];
    if (step.kind === 'literal') {
      words[0] = kinds.literal;
      new Uint8Array(view.buffer).set(step.bytes, base + literal);
      words[1] = base + literal;
      words[2] = step.bytes.length;
      literal += step.bytes.length;
    } else if (step.kind === 'numbers') {
      const { numbers, type } = program.targets[step.target] as RowTarget;
      const size = elementBytes(type);
      words[0] = kinds[type];
      words[1] = step.count;
      words[2] = base + (layout.targets[step.target] as number) + size * step.offset;
      words[3] = size * numbers;
    } else {
      words[0] = kinds[step.kind];
      if (step.span !== undefined) {
        words[1] = base + layout.spans + 8 * step.span;
        words[2] = 8 * program.spans;
      }
    }
    words.forEach((word, place) => {
      view.setUint32(16 * index + 4 * place, word, true);
    });
  });
}

function elementBytes(type: RowTarget['type']): number {
  return arrays[type].BYTES_PER_ELEMENT;
}
