/** Where a value stands in a text that is known to be JSON. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The bracket that it opens with, when it is an object or an array. */
  readonly opens: '{' | '[' | undefined;
}

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma, colon] = [code('"'), code('\\'), code(','), code(':')];
const [openObject, closeObject] = [code('{'), code('}')];
const [openArray, closeArray] = [code('['), code(']')];

/** The members of the object that begins at or behind `from`, in order. */
export function* membersOf(text: Buffer, from: number): Generator<{ key: string; value: Span }> {
  let at = skipBlanks(text, skipBlanks(text, from) + 1);
  while (text[at] !== closeObject) {
    const keyEnd = endOfString(text, at);
    const key: string = JSON.parse(text.toString('utf8', at, keyEnd));
    const valueAt = skipBlanks(text, skipBlanks(text, keyEnd) + lengthOf(text, keyEnd, colon));
    const value = spanAt(text, valueAt);
    yield { key, value };
    at = skipBlanks(text, value.end);
    if (text[at] === comma) at = skipBlanks(text, at + 1);
  }
}

/** The elements of the array that begins at `from`. */
export function* elementsOf(text: Buffer, from: number): Generator<Span> {
  let at = skipBlanks(text, from + 1);
  while (text[at] !== closeArray) {
    const element = spanAt(text, at);
    yield element;
    at = skipBlanks(text, element.end);
    if (text[at] === comma) at = skipBlanks(text, at + 1);
  }
}

/** A number by JSON's grammar, not a word. */
export function isNumber(text: Buffer, { start }: Span): boolean {
  const first = text[start] === code('-') ? text[start + 1] : text[start];
  return first !== undefined && first >= code('0') && first <= code('9');
}

function spanAt(text: Buffer, start: number): Span {
  const first = text[start];
  if (first === quote) return { start, end: endOfString(text, start), opens: undefined };
  if (first === openObject || first === openArray) {
    return { start, end: endOfContainer(text, start), opens: first === openObject ? '{' : '[' };
  }
  let end = start;
  while (end < text.length && !endsWord(text[end] as number)) end += 1;
  return { start, end, opens: undefined };
}

function endsWord(byte: number): boolean {
  return byte === comma || byte === closeArray || byte === closeObject || isBlank(byte);
}

function endOfString(text: Buffer, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === backslash ? 2 : 1;
  return at + 1;
}

function endOfContainer(text: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const byte = text[at];
    if (byte === quote) {
      at = endOfString(text, at);
      continue;
    }
    if (byte === openObject || byte === openArray) depth += 1;
    else if (byte === closeObject || byte === closeArray) depth -= 1;
    at += 1;
  } while (depth > 0 && at < text.length);
  return at;
}

function lengthOf(text: Buffer, from: number, byte: number): number {
  return text[skipBlanks(text, from)] === byte ? 1 : 0;
}

function skipBlanks(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at] as number)) at += 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
