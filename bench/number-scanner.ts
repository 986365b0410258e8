import type { NumberArray } from '../serving/codec/number-scanner/number-array.ts';
import { NumberScanner } from '../serving/codec/number-scanner/number-scanner.ts';

/**
 * The number scanner against JSON.parse and a checked copy loop, both from the body's bytes to a
 * Float32Array. Rounds are interleaved, so that a busy neighbour slows both; answers are compared
 * before anything is timed.
 */

const greatestFloat = 3.4028235677973366e38;
const rounds = 41;

/** How clients write numbers; `index` makes every body the same from run to run. */
const forms: Readonly<Record<string, (index: number) => string>> = {
  '17 digits': (index) => String(fraction(index)),
  '17 digits, signed, blank after comma': (index) => ` ${fraction(index) * 4 - 2}`,
  '8 digits': (index) => fraction(index).toFixed(8),
  '6 digits, signed, blank after comma': (index) => ` ${(fraction(index) * 4 - 2).toFixed(6)}`,
  'bytes 0 to 255': (index) => String(Math.floor(fraction(index) * 256)),
};
const counts = [13, 64, 256, 784, 4096, 150_528];

const scanner = new NumberScanner();

function byParse(body: Buffer, out: Float32Array): void {
  const { inputs } = JSON.parse(body.toString('utf8')) as { inputs: [{ data: unknown[] }] };
  const data = inputs[0].data;
  for (let i = 0; i < out.length; i++) {
    const value = data[i];
    if (typeof value !== 'number' || !(Math.abs(value) <= greatestFloat)) throw refused(i);
    out[i] = value;
  }
}

function byScanner(body: Buffer, out: Float32Array): void {
  const scanned = scanner.scan(body);
  if (!scanned.ok) throw refused(scanned.offset);
  const { data } = (scanned.value as { inputs: [{ data: NumberArray }] }).inputs[0];
  if (data.overflow || data.greatest > greatestFloat || data.least < -greatestFloat) {
    throw refused(data.greatest);
  }
  out.set(data.values);
}

export function measureNumberScanner() {
  return Object.keys(forms).flatMap((form) => counts.map((count) => measure(form, count)));
}

function measure(form: string, count: number) {
  const write = forms[form] as (index: number) => string;
  const body = request(Array.from({ length: count }, (_, index) => write(index)).join(','), count);
  const parsed = new Float32Array(count);
  const lifted = new Float32Array(count);
  byParse(body, parsed);
  byScanner(body, lifted);
  if (!Buffer.from(parsed.buffer).equals(Buffer.from(lifted.buffer))) {
    throw new Error(`${form}: the scanner and JSON.parse disagree`);
  }
  // Small bodies are repeated within a round, so that the clock's own cost does not show.
  const repeats = Math.max(1, Math.round(40_000 / count));
  const parse: number[] = [];
  const scan: number[] = [];
  for (let round = 0; round < rounds; round++) {
    parse.push(time(repeats, () => byParse(body, parsed)));
    scan.push(time(repeats, () => byScanner(body, lifted)));
  }
  return {
    form,
    numbers: count,
    bytes: body.length,
    parseMicroseconds: round(median(parse)),
    scanMicroseconds: round(median(scan)),
    timesFaster: round(median(parse) / median(scan)),
  };
}

function request(numbers: string, count: number): Buffer {
  return Buffer.from(
    `{"id":"1","inputs":[{"name":"x","shape":[1,${count}],"datatype":"FP32","data":[${numbers}]}]}`,
  );
}

/** A fixed sequence in [0, 1) whose shortest text has 16 to 17 digits. */
function fraction(index: number): number {
  return (Math.sin(index + 1) * 43758.5453 + 1e6) % 1;
}

function time(repeats: number, run: () => void): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) run();
  return Number(process.hrtime.bigint() - start) / 1e3 / repeats;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function refused(what: number): Error {
  return new Error(`A number was refused: ${what}`);
}

if (import.meta.main) {
  for (const result of measureNumberScanner()) process.stdout.write(`${JSON.stringify(result)}\n`);
}
