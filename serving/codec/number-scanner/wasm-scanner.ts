import { scannerWasm } from './generated/scanner-wasm.ts';
import { leadingBitsOfPowerOfFive } from './powers-of-five.ts';

/** What every module exports that converts numbers. Addresses and sizes are bytes of its memory. */
export interface WasmNumbers {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly powersOfFive: { readonly value: number };
  readonly LEAST_POWER: { readonly value: number };
  readonly GREATEST_POWER: { readonly value: number };
}

/** What assembly/scanner.ts exports. */
export interface WasmScanner extends WasmNumbers {
  prepare(length: number): number;
  scan(length: number, singles: boolean): number;
  failedOffset(): number;
  liftedCount(): number;
  firstRecord(): number;
}

/** Node's types know WebAssembly as a namespace of types only, without its constructors. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** An instance with its own memory. Compiled on first use, so that a process that never sees a large body never pays for it. */
export function createWasmScanner(): WasmScanner {
  compiled ??= compileWasm(scannerWasm);
  return instantiateNumbers<WasmScanner>(compiled);
}

export function compileWasm(code: string): object {
  return new WebAssembly.Module(Buffer.from(code, 'base64'));
}

export function instantiateModule<T>(module: object, imports: object): T {
  return new WebAssembly.Instance(module, imports).exports as T;
}

/** An instance of a compiled module, with all that its conversion of numbers needs. */
export function instantiateNumbers<T extends WasmNumbers>(module: object): T {
  const convertSlowly = (start: number, end: number): number =>
    Number(Buffer.from(scanner.memory.buffer, start, end - start).toString('latin1'));
  const scanner: T = instantiateModule<T>(module, { number: { convertSlowly } });
  writePowersOfFive(scanner);
  return scanner;
}

function writePowersOfFive(scanner: WasmNumbers): void {
  const least = scanner.LEAST_POWER.value;
  const count = scanner.GREATEST_POWER.value - least + 1;
  const table = new BigUint64Array(scanner.memory.buffer, scanner.powersOfFive.value, 2 * count);
  for (let i = 0; i < count; i++) {
    const power = leadingBitsOfPowerOfFive(least + i);
    table[2 * i] = power >> 64n;
    table[2 * i + 1] = BigInt.asUintN(64, power);
  }
}
