import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { NumberToken } from '../protocol/number-token.ts';

/**
 * JSON with every number exact, for the texts that JSON.parse would damage or refuse: integers that
 * a double cannot hold become bigints, and NaN, Infinity and -Infinity (which Python clients write)
 * become tokens. Otherwise it takes and gives what JSON.parse does; a fuzz test compares the two.
 */
export function parseExactJson(text: string): unknown {
  const parser = new ExactParser(text);
  return parser.document();
}

/** The envelope's own nesting around a tensor's data, with some to spare for unknown keys. */
const deepest = limits.jsonDepth + 20;
/** Digits of the largest UINT64; a longer integer fits no datatype. */
const longestInteger = 20;

const numberGrammar = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const nonFinite = /-?Infinity|NaN/y;
const blanks = /[ \t\n\r]*/y;

class ExactParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(): unknown {
    this.#skipBlanks();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw new SiskinError('bad_body', `the JSON is nested deeper than ${deepest} levels`);
    }
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#closes('}')) return object;
    do {
      this.#skipBlanks();
      const key = this.#string();
      this.#expect(':');
      // By definition and not by assignment: the key may be "__proto__".
      Object.defineProperty(object, key, {
        value: this.#value(),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } while (this.#continues('}'));
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    if (this.#closes(']')) return array;
    do {
      array.push(this.#value());
    } while (this.#continues(']'));
    return array;
  }

  /** The token's end is found here; what stands between the quotes is left to JSON.parse. */
  #string(): string {
    if (this.#text[this.#at] !== '"') throw this.#unexpected();
    let end = this.#text.indexOf('"', this.#at + 1);
    while (end > 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) {
      this.#at = this.#text.length;
      throw this.#unexpected();
    }
    const token = this.#text.slice(this.#at, end + 1);
    try {
      const value: string = JSON.parse(token);
      this.#at = end + 1;
      return value;
    } catch (cause) {
      throw new SiskinError('bad_body', `the body is not JSON: ${(cause as Error).message}`);
    }
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === '\\') backslashes += 1;
    return backslashes % 2 === 1;
  }

  #number(): unknown {
    const special = this.#match(nonFinite);
    if (special !== undefined) return new NumberToken(special);
    const token = this.#match(numberGrammar);
    if (token === undefined) throw this.#unexpected();
    return exactNumber(token);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected();
    this.#at += word.length;
    return value;
  }

  #match(grammar: RegExp): string | undefined {
    grammar.lastIndex = this.#at;
    const found = grammar.exec(this.#text);
    if (found) this.#at = grammar.lastIndex;
    return found?.[0];
  }

  #skipBlanks(): void {
    blanks.lastIndex = this.#at;
    blanks.exec(this.#text);
    this.#at = blanks.lastIndex;
  }

  #closes(bracket: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    this.#expect(',');
    return true;
  }

  #expect(character: string): void {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) throw this.#unexpected();
    this.#at += 1;
  }

  #unexpected(): SiskinError {
    const found = this.#text[this.#at];
    const what =
      found === undefined ? 'ends too early' : `has an unexpected ${JSON.stringify(found)}`;
    return new SiskinError('bad_body', `the body is not JSON: it ${what} at position ${this.#at}`);
  }
}

/** A number token as a number where that is the whole truth, else as a bigint or as its text. */
export function exactNumber(token: string): number | bigint | NumberToken {
  const value = Number(token);
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  // Fifteen digits survive a double; with an exponent, only the decimal itself can tell.
  if (Number.isFinite(value) && token.length < 16 && !/[eE]/.test(token)) return value;
  const { digits, exponent } = decimal(token);
  if (digits === '') return value;
  if (exponent < 0 || digits.length + exponent > longestInteger) {
    return exponent >= 0 && Number.isFinite(value) ? value : new NumberToken(token);
  }
  if (Number.isSafeInteger(value)) return value;
  const magnitude = BigInt(digits + '0'.repeat(exponent));
  return token.startsWith('-') ? -magnitude : magnitude;
}

/** The token as digits x 10^exponent, with no zeros at either end of the digits. */
function decimal(token: string): { digits: string; exponent: number } {
  const unsigned = token.startsWith('-') ? token.slice(1) : token;
  const [mantissa = '', power = '0'] = unsigned.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let first = 0;
  while (all[first] === '0') first += 1;
  // By hand: the pattern /0+$/ takes quadratic time on a long run of zeros that ends in a one.
  let last = all.length;
  while (last > first && all[last - 1] === '0') last -= 1;
  return {
    digits: all.slice(first, last),
    exponent: Number(power) - fraction.length + (all.length - last),
  };
}
