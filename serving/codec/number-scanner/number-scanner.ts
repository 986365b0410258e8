import { NumberArray } from './number-array.ts';
import { createWasmScanner, type WasmScanner } from './wasm-scanner.ts';

/**
 * Bodies below this size are read at least as fast by JSON.parse alone, and without loading the
 * scanner (measured by bench/number-scanner.ts).
 */
export const worthwhileBytes = 4096;

/** A memory that a huge body made larger than this is left to the garbage collector. */
const maxKeptMemory = 32 * 1024 * 1024;

export type ScanProblem = 'syntax' | 'too deep' | 'out of memory';

export type ScannedJson =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly problem: ScanProblem;
      /** Count of bytes before the first one that cannot be right. */
      readonly offset: number;
    };

/**
 * Reads an inference request without making JavaScript numbers of its tensors.
 *
 * The answer is what JSON.parse makes of the same bytes, with one exception: `inputs[i].data`, where
 * it is a non-empty array, nested or not, of nothing but numbers, booleans and nulls, is a
 * `NumberArray`. There, and nowhere else, the tokens NaN, Infinity and -Infinity are taken too.
 * Accepted are exactly the bytes that are well-formed UTF-8 and JSON, nested no deeper than 103.
 *
 * One pass in WebAssembly checks the grammar and converts the numbers; JSON.parse then reads the
 * text without them, where a placeholder stands for each. One scanner serves one request at a time.
 */
export class NumberScanner {
  #wasm: WasmScanner | undefined;
  #scans = 0;

  scan(body: Uint8Array): ScannedJson {
    const scan = ++this.#scans;
    this.#wasm ??= createWasmScanner();
    const wasm = this.#wasm;
    const address = wasm.prepare(body.byteLength);
    if (address === 0) return this.#refuse('out of memory', 0);
    new Uint8Array(wasm.memory.buffer).set(body, address);
    const problem = problems[wasm.scan(body.byteLength)];
    if (problem !== undefined) return this.#refuse(problem, wasm.failedOffset());
    const lifted = readRecords(wasm, body, address, () => scan === this.#scans);
    this.#releaseHugeMemory();
    const value: unknown = JSON.parse(textWithPlaceholders(body, lifted));
    resolvePlaceholders(value, lifted);
    return { ok: true, value };
  }

  #refuse(problem: ScanProblem, offset: number): ScannedJson {
    this.#releaseHugeMemory();
    return { ok: false, problem, offset };
  }

  #releaseHugeMemory(): void {
    if (this.#wasm && this.#wasm.memory.buffer.byteLength > maxKeptMemory) this.#wasm = undefined;
  }
}

/** By the number that `scan` answers; 0 is valid. */
const problems: readonly (ScanProblem | undefined)[] = [
  undefined,
  'syntax',
  'too deep',
  'out of memory',
];

/** An array of numbers and the bytes of the body that it stood in. */
interface Lifted {
  readonly array: NumberArray;
  readonly start: number;
  readonly end: number;
}

/** The records' layout is written down in assembly/record.ts. */
function readRecords(
  wasm: WasmScanner,
  body: Uint8Array,
  textAddress: number,
  isCurrent: () => boolean,
): Lifted[] {
  const { buffer } = wasm.memory;
  const view = new DataView(buffer);
  const lifted: Lifted[] = [];
  let record = wasm.firstRecord();
  for (let left = wasm.liftedCount(); left > 0; left--) {
    const start = view.getUint32(record, true) - textAddress;
    const end = view.getUint32(record + 4, true) - textAddress;
    const count = view.getUint32(record + 8, true);
    const rank = view.getUint32(record + 12, true);
    const lengths = record + 40 + 8 * count;
    const array = new NumberArray(
      new Float64Array(buffer, record + 40, count),
      readShape(view, lengths, rank),
      readNotes(view, record),
      body.subarray(start, end),
      isCurrent,
    );
    lifted.push({ array, start, end });
    record = (lengths + 4 * rank + 7) & ~7;
  }
  return lifted;
}

function readShape(view: DataView, lengths: number, rank: number): number[] {
  const shape: number[] = [];
  for (let depth = 0; depth < rank; depth++) shape.push(view.getUint32(lengths + 4 * depth, true));
  return shape;
}

function readNotes(view: DataView, record: number) {
  const marks = view.getUint32(record + 16, true);
  return {
    ragged: (marks & 1) !== 0,
    integral: (marks & 2) === 0,
    roundedInteger: (marks & 4) !== 0,
    overflow: (marks & 8) !== 0,
    nonFinite: (marks & 16) !== 0,
    booleans: (marks & 32) !== 0,
    nulls: (marks & 64) !== 0,
    least: view.getFloat64(record + 24, true),
    greatest: view.getFloat64(record + 32, true),
  };
}

/**
 * The body's text with `[i]` in place of the i-th lifted array. No caller can forge that: an array
 * whose first element is a number and that is the data of an input is either lifted itself, or holds
 * a string or an object as well, and so is longer than one element.
 */
function textWithPlaceholders(body: Uint8Array, lifted: readonly Lifted[]): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let text = '';
  let from = hasByteOrderMark(bytes) ? 3 : 0;
  lifted.forEach(({ start, end }, index) => {
    text += `${bytes.toString('utf8', from, start)}[${index}]`;
    from = end;
  });
  return text + bytes.toString('utf8', from);
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** A member may be written twice; the last counts, and need not be what an earlier one was. */
function resolvePlaceholders(value: unknown, lifted: readonly Lifted[]): void {
  const inputs = lifted.length > 0 ? (value as { inputs?: unknown }).inputs : undefined;
  if (!Array.isArray(inputs)) return;
  for (const input of inputs) {
    const data: unknown = input?.data;
    if (!Array.isArray(data) || data.length !== 1 || typeof data[0] !== 'number') continue;
    input.data = lifted[data[0]]?.array;
  }
}
