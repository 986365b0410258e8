import { printerWasm } from './generated/printer-wasm.ts';
import { compileWasm, instantiateModule } from './wasm-scanner.ts';

/** What assembly/lines.ts exports. */
interface WasmPrinter {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly powersOfTen: { readonly value: number };
  readonly LEAST_POWER: { readonly value: number };
  readonly GREATEST_POWER: { readonly value: number };
  readonly LONGEST: { readonly value: number };
  room(bytes: number): number;
  printRows(values: number, rows: number, columns: number, ends: number, out: number): void;
  printLines(steps: number, stepsEnd: number, rows: number, out: number): number;
}

/** A memory that a huge tensor made larger than this is left to the garbage collector. */
const maxKeptMemory = 64 * 1024 * 1024;

let printer: WasmPrinter | undefined;

/** The module, and the most bytes that a float and its comma take. */
export function floatPrinter(): { readonly wasm: WasmPrinter; readonly longestFloat: number } {
  printer ??= createPrinter();
  return { wasm: printer, longestFloat: printer.LONGEST.value };
}

/** After the last use of the memory. */
export function releaseLarge(): void {
  if (printer && printer.memory.buffer.byteLength > maxKeptMemory) printer = undefined;
}

/**
 * Rows of single floats as JSON, with commas between the floats of a row: each the shortest decimal
 * that reads back as the same float (0.1, where a double's digits would be 0.10000000149011612). NaN
 * is null, the infinities are texts, a negative zero keeps its sign, as the protocol has them.
 */
export function printFloatRows(values: Float32Array, columns: number): string[] {
  const { wasm, longestFloat } = floatPrinter();
  const rows = columns === 0 ? 0 : values.length / columns;
  const outAt = 4 * (values.length + rows);
  const base = wasm.room(outAt + longestFloat * values.length);
  if (base === 0) throw new Error(`${values.length} floats are too many to print at once`);
  const { buffer } = wasm.memory;
  new Float32Array(buffer, base, values.length).set(values);
  const endsAt = base + 4 * values.length;
  wasm.printRows(base, rows, columns, endsAt, base + outAt);
  const ends = new Uint32Array(buffer, endsAt, rows);
  const text = Buffer.from(buffer, base + outAt, ends.at(-1) ?? 0).toString('latin1');
  const printed: string[] = new Array(rows);
  let from = 0;
  for (let row = 0; row < rows; row += 1) {
    const end = ends[row] as number;
    printed[row] = text.slice(from, end);
    from = end;
  }
  releaseLarge();
  return printed;
}

function createPrinter(): WasmPrinter {
  const created = instantiateModule<WasmPrinter>(compileWasm(printerWasm), {});
  const least = created.LEAST_POWER.value;
  const count = created.GREATEST_POWER.value - least + 1;
  const table = new BigUint64Array(created.memory.buffer, created.powersOfTen.value, count);
  for (let index = 0; index < count; index += 1) table[index] = leadingBits(least + index);
  return created;
}

/** The first 64 bits of a power of ten, rounded up. */
function leadingBits(power: number): bigint {
  const whole = 10n ** BigInt(Math.abs(power));
  const size = BigInt(whole.toString(2).length);
  if (power >= 0) return size <= 64n ? whole << (64n - size) : divideUp(whole, 1n << (size - 64n));
  return divideUp(1n << (size + 63n), whole);
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
