import type { WasmScanner } from './wasm-scanner.ts';

/** A scanner's module and its memory, as arrays that are kept from scan to scan. */
export class ScannerMemory {
  readonly wasm: WasmScanner;
  #buffer: ArrayBuffer | undefined;
  bytes!: Buffer;
  words!: Uint32Array;
  singles!: Float32Array;
  doubles!: Float64Array;
  /** Where a body's text is. */
  text = 0;
  /** How many bodies were scanned here. */
  scans = 0;

  constructor(wasm: WasmScanner) {
    this.wasm = wasm;
    this.refresh();
  }

  /** A memory that grew is another buffer; the arrays of the one before are empty. */
  refresh(): void {
    const { buffer } = this.wasm.memory;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.bytes = Buffer.from(buffer);
    this.words = new Uint32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
  }
}
