import { isUtf8 } from 'node:buffer';
import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import {
  type Envelope,
  type EnvelopeInput,
  type InferenceRequest,
  parseEnvelope,
} from '../protocol/request.ts';
import type { Tensor } from '../protocol/tensor.ts';
import type { Codec } from './codec.ts';
import { parseExactJson } from './exact-json.ts';
import { readJsonTensor } from './json-data.ts';
import { NumberArray } from './number-scanner/number-array.ts';
import { NumberScanner, worthwhileBytes } from './number-scanner/number-scanner.ts';

/** Its memory is kept from body to body; each body's numbers are copied before the next is scanned. */
const scanner = new NumberScanner();

/** The whole body is JSON. */
export const jsonForm: Codec = {
  name: 'json',
  applies: ({ headerLength }) => headerLength === undefined,
  decode: ({ bytes }) =>
    tensorsOf(decodeEnvelope(bytes), (input) => {
      throw new SiskinError(
        'bad_binary',
        `${input.at}: has parameters.binary_data_size, but the request has no Inference-Header-Content-Length header`,
      );
    }),
};

/** The envelope with its tensors read: those in JSON here, those in binary form by `readBinary`. */
export function tensorsOf(
  envelope: Envelope,
  readBinary: (input: EnvelopeInput, size: number) => Tensor,
): InferenceRequest {
  const inputs = envelope.inputs.map((input) =>
    'json' in input.source
      ? readJsonTensor(input, input.source.json)
      : readBinary(input, input.source.binarySize),
  );
  return { id: envelope.id, hints: envelope.hints, inputs, outputs: envelope.outputs };
}

export function decodeEnvelope(bytes: Buffer): Envelope {
  if (bytes.length === 0) {
    throw new SiskinError('bad_body', 'the body is empty; send an inference request as JSON');
  }
  if (!isUtf8(bytes)) {
    throw new SiskinError(
      'bad_body',
      'the body is not UTF-8; binary tensors need the header Inference-Header-Content-Length, a compressed body its Content-Encoding (deflate is the zlib format)',
    );
  }
  checkEffort(bytes);
  const scanned = bytes.length < worthwhileBytes ? undefined : scanner.scan(bytes);
  if (scanned?.ok) {
    const envelope = parseEnvelope(scanned.value);
    if (!envelope.inputs.some(isParsedInteger)) return envelope;
  }
  // The scanner takes what JSON.parse takes; for what neither does, the words below are better.
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

/** Elements of an integer tensor that JSON.parse has read; the scanner keeps its own exact. */
function isParsedInteger({ datatype, source }: EnvelopeInput): boolean {
  if (datatype === 'BYTES' || !('json' in source)) return false;
  if (source.json instanceof NumberArray) return false;
  const { kind } = numericTypes[datatype];
  return kind === 'integer' || kind === 'long' || kind === 'bool';
}
