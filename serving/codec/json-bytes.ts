import { isUtf8 } from 'node:buffer';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';
import type { EnvelopeInput } from '../protocol/request.ts';
import type { BytesElement } from '../protocol/tensor.ts';

const base64Grammar = /^[A-Za-z0-9+/]*={0,2}$/;

/** BYTES elements from JSON strings, decoded when the request's hint says base64. */
export function readBytes(
  input: Pick<EnvelopeInput, 'at' | 'contentType'>,
  elements: readonly unknown[],
): readonly BytesElement[] {
  const decode = input.contentType === 'base64';
  return elements.map((element, index) => {
    if (typeof element !== 'string') {
      throw new SiskinError(
        'bad_tensor',
        `${input.at}: data[${index}] ${quote(element)} is not a string, as BYTES needs`,
      );
    }
    if (!element.isWellFormed()) {
      throw new SiskinError(
        'bytes_not_text',
        `${input.at}: data[${index}] holds half of a surrogate pair, which no UTF-8 text can; send the bytes as base64 (parameters.content_type) or in binary form`,
      );
    }
    return decode ? fromBase64(element) : element;
  });
}

/** MLServer takes what is not base64 as it stands, and its clients count on it. */
function fromBase64(text: string): BytesElement {
  if (text.length % 4 !== 0 || !base64Grammar.test(text)) return text;
  return elementOf(Buffer.from(text, 'base64'));
}

export function elementOf(bytes: Buffer): BytesElement {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes;
}

/** A BYTES element for JSON: as text, or as base64 when the request asked for that. */
export function writeBytes(name: string, elements: readonly BytesElement[], base64: boolean) {
  return elements.map((element, index) => {
    if (base64) return Buffer.from(element as string).toString('base64');
    if (typeof element === 'string') return element;
    throw new SiskinError(
      'bytes_not_text',
      `output ${quote(name)} element ${index} is not UTF-8 text; ask for it in binary form (parameters.binary_data) or as base64 (parameters.content_type)`,
    );
  });
}
