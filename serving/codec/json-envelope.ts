import { isUtf8 } from 'node:buffer';
import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import { type Envelope, type EnvelopeInput, parseEnvelope } from '../protocol/request.ts';
import type { Signature } from '../protocol/signature-match.ts';
import { parseExactJson } from './exact-json.ts';
import { type ElementType, NumberArray } from './number-scanner/number-array.ts';
import { NumberScanner, type Scanned, worthwhileBytes } from './number-scanner/number-scanner.ts';

/** Its memory is kept from body to body; each body's numbers are copied before the next is scanned. */
const scanner = new NumberScanner();

/** Of small bodies, so many bytes repay the milliseconds that it takes to make the scanner. */
const repayingBytes = 256 * 1024;
let smallBytes = 0;

/** Where a JSON body of so many bytes is best written. */
export function roomForJson(length: number): Buffer {
  const room = isWorthScanning(length) ? scanner.room(length) : undefined;
  return room ?? Buffer.allocUnsafe(length);
}

function isWorthScanning(length: number): boolean {
  return length >= worthwhileBytes || scanner.isMade || smallBytes >= repayingBytes;
}

/** A request's JSON. Where the model takes nothing but FP32, so does the scanner. */
export function decodeEnvelope(bytes: Buffer, signature: Signature): Envelope {
  if (bytes.length === 0) {
    throw new SiskinError('bad_body', 'the body is empty; send an inference request as JSON');
  }
  checkEffort(bytes);
  if (isWorthScanning(bytes.length)) return scanEnvelope(bytes, elementsFor(signature));
  smallBytes += bytes.length;
  return readEnvelope(bytes);
}

/** By the scanner, which refuses what JSON.parse refuses; in words, the latter is better. */
export function scanEnvelope(bytes: Buffer, elements: ElementType): Envelope {
  // A byte order mark, which the scanner passes over, and JSON.parse does not.
  if (bytes[0] === 0xef) return readEnvelope(bytes);
  const scanned = scanner.scan(bytes, elements);
  if (!scanned.ok) return readEnvelope(scanned.body);
  const envelope = envelopeOf(scanned);
  if (elements === 'singles' && envelope.inputs.some(isOtherThanSingles)) {
    return scanEnvelope(scanned.body, 'doubles');
  }
  return envelope.inputs.some(isParsedInteger) ? readEnvelope(scanned.body) : envelope;
}

function elementsFor({ inputs }: Signature): ElementType {
  return inputs.every(({ datatype }) => datatype === 'FP32') ? 'singles' : 'doubles';
}

interface KnownEnvelope {
  readonly text: string;
  readonly envelope: Envelope;
  /** By input, which of the scanned arrays is its data; -1 for none. */
  readonly arrays: readonly number[];
}

/** Nobody repeats a longer one, other than by chance. */
const longestKnown = 4096;
let known: KnownEnvelope | undefined;

/** Most callers write the same request around other numbers: what was read of it last still holds. */
function envelopeOf(scanned: Scanned): Envelope {
  const { text, arrays } = scanned;
  if (known?.text !== text) {
    const envelope = parseEnvelope(scanned.value);
    // The order of a hundred thousand arrays would be sought for minutes, and for nothing.
    if (text.length > longestKnown) return envelope;
    const order = envelope.inputs.map(({ source }) =>
      'json' in source ? arrays.indexOf(source.json as NumberArray) : -1,
    );
    known = { text, envelope, arrays: order };
    return envelope;
  }
  const { envelope, arrays: order } = known;
  const { id, hints, outputs } = envelope;
  const inputs = envelope.inputs.map((input, index) => {
    const json = arrays[order[index] as number];
    return json ? withData(input, json) : input;
  });
  return { id, hints, inputs, outputs };
}

/** Member by member: a spread would make an object of a kind of its own, which compiled code meets slowly. */
function withData(input: EnvelopeInput, json: NumberArray): EnvelopeInput {
  const { at, name, datatype, shape, count, contentType } = input;
  return { at, name, datatype, shape, count, contentType, source: { json } };
}

/** By JSON.parse, and where that damages or refuses what is right, by the exact parser. */
export function readEnvelope(bytes: Buffer): Envelope {
  if (!isUtf8(bytes)) {
    throw new SiskinError(
      'bad_body',
      'the body is not UTF-8; binary tensors need the header Inference-Header-Content-Length, a compressed body its Content-Encoding (deflate is the zlib format)',
    );
  }
  const text = bytes.toString('utf8');
  const envelope = parseEnvelope(parseJson(text));
  if (!mayLoseIntegers(envelope, text)) return envelope;
  return parseEnvelope(parseExactJson(text));
}

/** Only a compressed body can be this long, so that no other pays for the look. */
function checkEffort(bytes: Buffer): void {
  if (bytes.length <= limits.lambdaPayload) return;
  if (bytes.length > limits.inflatedJson) {
    throw tooLarge(`is ${bytes.length} bytes, more than ${limits.inflatedJson}`);
  }
  const most = limits.inflatedContainers;
  if (countUpTo(most + 1, bytes, '[') > most || countUpTo(most + 1, bytes, '{') > most) {
    throw tooLarge(`has more than ${most} arrays or objects`);
  }
}

function tooLarge(problem: string): SiskinError {
  return new SiskinError(
    'body_too_large',
    `the JSON ${problem}; send tensors in binary form, flat, or in several requests`,
  );
}

function countUpTo(most: number, bytes: Buffer, character: string): number {
  const code = character.charCodeAt(0);
  let count = 0;
  for (let at = bytes.indexOf(code); at >= 0 && count < most; at = bytes.indexOf(code, at + 1)) {
    count += 1;
  }
  return count;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The Triton client writes NaN and Infinity, which JSON does not know.
    if (/NaN|Infinity/.test(text)) return parseExactJson(text);
    // The parser quotes the body, whose line breaks would tear the message and the log's line apart.
    const problem = (cause as Error).message.replace(/\s+/g, ' ');
    throw new SiskinError('bad_body', `the body is not JSON: ${problem}`);
  }
}

/**
 * Whether JSON.parse may have rounded an element of an integer tensor: a double keeps fifteen
 * digits, so only longer numbers and exponents need the exact parser, which is slower.
 */
function mayLoseIntegers(envelope: Envelope, text: string): boolean {
  return envelope.inputs.some(isParsedInteger) && /[\d.]{16}|\d[eE]/.test(text);
}

/** Numbers that the model does not take, scanned as what it takes: they are to be told apart all the same. */
function isOtherThanSingles({ datatype, source }: EnvelopeInput): boolean {
  return datatype !== 'FP32' && 'json' in source && source.json instanceof NumberArray;
}

/** Elements of an integer tensor that JSON.parse has read; the scanner keeps its own exact. */
function isParsedInteger({ datatype, source }: EnvelopeInput): boolean {
  if (datatype === 'BYTES' || !('json' in source)) return false;
  if (source.json instanceof NumberArray) return false;
  const { kind } = numericTypes[datatype];
  return kind === 'integer' || kind === 'long' || kind === 'bool';
}
