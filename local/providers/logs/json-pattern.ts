import { AwsError } from '../../host/aws-error.ts';

type Matcher = (json: unknown) => boolean;
type Comparison = (found: unknown, wanted: string | number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': equals,
  '!=': (found, wanted) => found !== undefined && !equals(found, wanted),
  '>': (found, wanted) => typeof found === 'number' && found > Number(wanted),
  '>=': (found, wanted) => typeof found === 'number' && found >= Number(wanted),
  '<': (found, wanted) => typeof found === 'number' && found < Number(wanted),
  '<=': (found, wanted) => typeof found === 'number' && found <= Number(wanted),
};

const WORDS: Readonly<Record<string, Matcher>> = {
  'IS NULL': (found) => found === null,
  'IS TRUE': (found) => found === true,
  'IS FALSE': (found) => found === false,
  'NOT EXISTS': (found) => found === undefined,
};

/** Parses `{ ($.level = "error" || $.status >= 500) && $.path = "/v2/*" }`. */
export function parseJsonPattern(pattern: string): Matcher {
  return new PatternParser(pattern).parse();
}

/** The value that `$.a.b[0]` selects. */
export function selectValue(json: unknown, selector: string): unknown {
  const keys = selector.slice(1).match(/[^.[\]"]+/g) ?? [];
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[key]
        : undefined,
    json,
  );
}

class PatternParser {
  readonly #pattern: string;
  readonly #tokens: string[];

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#tokens =
      pattern.match(/"[^"]*"|&&|\|\||[<>!]=|[(){}=<>]|\$[\w.[\]-]*|[^\s(){}=<>!&|"]+|\S/g) ?? [];
  }

  parse(): Matcher {
    this.#expect('{');
    const matcher = this.#any();
    this.#expect('}');
    if (this.#tokens.length > 0) throw this.#invalid(`'${this.#tokens[0]}' is out of place`);
    return matcher;
  }

  #any(): Matcher {
    const choices = [this.#all()];
    while (this.#take('||')) choices.push(this.#all());
    return (json) => choices.some((matches) => matches(json));
  }

  #all(): Matcher {
    const parts = [this.#one()];
    while (this.#take('&&')) parts.push(this.#one());
    return (json) => parts.every((matches) => matches(json));
  }

  #one(): Matcher {
    if (this.#take('(')) {
      const matcher = this.#any();
      this.#expect(')');
      return matcher;
    }
    const selector = this.#next();
    if (!selector.startsWith('$'))
      throw this.#invalid(`a selector such as $.level is needed, not '${selector}'`);
    const operator = this.#next();
    const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
    if (compare) {
      const wanted = literal(this.#next());
      return (json) => compare(selectValue(json, selector), wanted);
    }
    const words = `${operator} ${this.#next()}`.toUpperCase();
    const test = Object.hasOwn(WORDS, words) ? WORDS[words] : undefined;
    if (!test) throw this.#invalid(`a comparison is needed, not '${words}'`);
    return (json) => test(selectValue(json, selector));
  }

  #next(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw this.#invalid('it ends too early');
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw this.#invalid(`'${token}' is needed, not '${found}'`);
  }

  #invalid(problem: string): AwsError {
    return new AwsError(
      'InvalidParameterException',
      `Invalid filter pattern '${this.#pattern}': ${problem}`,
    );
  }
}

function literal(token: string): string | number {
  if (token.startsWith('"')) return token.slice(1, -1);
  return Number.isNaN(Number(token)) ? token : Number(token);
}

/** A star in a text stands for anything. */
function equals(found: unknown, wanted: string | number): boolean {
  if (typeof wanted === 'number' || !wanted.includes('*')) return found === wanted;
  if (typeof found !== 'string') return false;
  const [first = '', ...rest] = wanted.split('*');
  const last = rest.pop() ?? '';
  if (!found.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const index = found.indexOf(part, from);
    if (index < 0) return false;
    from = index + part.length;
  }
  return found.length - last.length >= from && found.endsWith(last);
}
