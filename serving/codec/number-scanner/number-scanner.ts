import { type ElementType, NumberArray } from './number-array.ts';
import { ScannerMemory } from './scanner-memory.ts';
import { createWasmScanner, type WasmScanner } from './wasm-scanner.ts';

/**
 * Bodies below this size are read at least as fast by JSON.parse alone, while the scanner is not yet
 * made (measured by bench/number-scanner.ts).
 */
export const worthwhileBytes = 4096;

/** A memory that a huge body made larger than this is left to the garbage collector. */
const maxKeptMemory = 32 * 1024 * 1024;

export type ScanProblem = 'syntax' | 'too deep' | 'out of memory';

export type ScannedJson = Scanned | Refused;

interface Refused {
  readonly ok: false;
  readonly problem: ScanProblem;
  /** Count of bytes before the first one that cannot be right. */
  readonly offset: number;
  /** The bytes that were given: a body in the scanner's room may have moved. */
  readonly body: Buffer;
}

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
  #memory: ScannerMemory | undefined;

  /** To make it takes milliseconds, once. */
  get isMade(): boolean {
    return this.#memory !== undefined;
  }

  /**
   * Where a body of so many bytes can be written, so that it need not be copied to be scanned. After
   * that its bytes are the result's; undefined when there is no memory for it.
   */
  room(length: number): Buffer | undefined {
    const memory = this.#made();
    const { wasm } = memory;
    memory.text = wasm.prepare(length);
    if (memory.text === 0) return undefined;
    memory.refresh();
    return memory.bytes.subarray(memory.text, memory.text + length);
  }

  /** Elements become doubles, or the singles that these are narrowed to. */
  scan(body: Buffer, elements: ElementType = 'doubles'): ScannedJson {
    const length = body.byteLength;
    const memory = this.#made();
    const { wasm } = memory;
    memory.scans += 1;
    memory.text = wasm.prepare(length);
    if (memory.text === 0) return this.#refuse('out of memory', 0, body);
    memory.refresh();
    const isThere = body.buffer === memory.bytes.buffer && body.byteOffset === memory.text;
    if (!isThere) memory.bytes.set(body, memory.text);
    const problem = problems[wasm.scan(length, elements === 'singles')];
    memory.refresh();
    const hasMoved = isThere && body.buffer !== memory.bytes.buffer;
    const here = hasMoved ? memory.bytes.subarray(memory.text, memory.text + length) : body;
    if (problem !== undefined) return this.#refuse(problem, wasm.failedOffset(), here);
    const scanned = new Scanned(here, readRecords(wasm, memory, elements));
    this.#releaseHugeMemory();
    return scanned;
  }

  #made(): ScannerMemory {
    this.#memory ??= new ScannerMemory(createWasmScanner());
    return this.#memory;
  }

  #refuse(problem: ScanProblem, offset: number, body: Buffer): ScannedJson {
    this.#releaseHugeMemory();
    return { ok: false, problem, offset, body };
  }

  #releaseHugeMemory(): void {
    if (this.#memory && this.#memory.bytes.length > maxKeptMemory) this.#memory = undefined;
  }
}

/** By the number that `scan` answers; 0 is valid. */
const problems: readonly (ScanProblem | undefined)[] = [
  undefined,
  'syntax',
  'too deep',
  'out of memory',
];

function readRecords(
  wasm: WasmScanner,
  memory: ScannerMemory,
  elements: ElementType,
): NumberArray[] {
  const arrays: NumberArray[] = [];
  let record = wasm.firstRecord();
  for (let left = wasm.liftedCount(); left > 0; left -= 1) {
    const array = new NumberArray(memory, record, elements);
    arrays.push(array);
    record = array.recordEnd;
  }
  return arrays;
}

/** A body that is JSON. */
export class Scanned {
  readonly ok = true;
  readonly body: Buffer;
  readonly arrays: readonly NumberArray[];
  /**
   * The body's text with `[i]` in place of the i-th array. No caller can forge that: an array whose
   * first element is a number and that is the data of an input is either lifted itself, or holds a
   * string or an object as well, and so is longer than one element.
   */
  readonly text: string;

  constructor(body: Buffer, arrays: readonly NumberArray[]) {
    this.body = body;
    this.arrays = arrays;
    let text = '';
    let from = hasByteOrderMark(body) ? 3 : 0;
    for (let index = 0; index < arrays.length; index += 1) {
      const { start, end } = arrays[index] as NumberArray;
      text += `${body.toString('utf8', from, start)}[${index}]`;
      from = end;
    }
    this.text = text + body.toString('utf8', from);
  }

  get value(): unknown {
    const value: unknown = JSON.parse(this.text);
    resolvePlaceholders(value, this.arrays);
    return value;
  }
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** A member may be written twice; the last counts, and need not be what an earlier one was. */
function resolvePlaceholders(value: unknown, arrays: readonly NumberArray[]): void {
  const inputs = arrays.length > 0 ? (value as { inputs?: unknown }).inputs : undefined;
  if (!Array.isArray(inputs)) return;
  for (const input of inputs) {
    const data: unknown = input?.data;
    if (!Array.isArray(data) || data.length !== 1 || typeof data[0] !== 'number') continue;
    input.data = arrays[data[0]];
  }
}
