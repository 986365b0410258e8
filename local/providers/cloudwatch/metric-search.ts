import { AwsError } from '../../host/aws-error.ts';
import { dimensionOf, type MetricId } from './metric-id.ts';

type Matcher = (metric: MetricId) => boolean;

/**
 * Parses what SEARCH looks for: `{Namespace,Dimension,...} Name="value" other AND NOT (this OR that)`.
 * Quoted text matches exactly, other text anywhere and in either case.
 */
export function parseSearch(query: string): Matcher {
  const [, schema, terms = ''] = /^\s*(?:\{([^}]*)\})?([\s\S]*)$/.exec(query) ?? [];
  const matchers: Matcher[] = [];
  if (schema !== undefined) matchers.push(schemaMatcher(schema));
  const tokens = tokensOf(terms, query);
  if (tokens.length > 0) matchers.push(new SearchTerms(tokens, query).parse());
  if (matchers.length === 0) throw invalid(query, 'it looks for nothing');
  return (metric) => matchers.every((matches) => matches(metric));
}

/** A namespace alone takes metrics with any dimensions; with names, those with exactly these. */
function schemaMatcher(schema: string): Matcher {
  const [namespace, ...names] = schema.split(',').map((part) => unquoted(part.trim()));
  return (metric) =>
    metric.namespace === namespace &&
    (names.length === 0 ||
      (metric.dimensions.length === names.length &&
        names.every((name) => dimensionOf(metric, name) !== undefined)));
}

/** Parentheses, `=`, quoted text, and words. */
function tokensOf(terms: string, query: string): string[] {
  const tokens: string[] = terms.match(/"[^"]*"|[()=]|[^\s()="]+|"/g) ?? [];
  if (tokens.includes('"')) throw invalid(query, 'a quotation mark is missing');
  const brace = tokens.find((token) => /^[^"]*[{}]/.test(token));
  if (brace !== undefined) throw invalid(query, `'${brace}' is out of place`);
  return tokens;
}

/** Words side by side are joined by AND, which binds closer than OR. */
class SearchTerms {
  readonly #tokens: string[];
  readonly #query: string;

  constructor(tokens: readonly string[], query: string) {
    this.#tokens = [...tokens];
    this.#query = query;
  }

  parse(): Matcher {
    const matcher = this.#any();
    if (this.#tokens.length > 0) throw invalid(this.#query, `'${this.#tokens[0]}' is out of place`);
    return matcher;
  }

  #any(): Matcher {
    const choices = [this.#all()];
    while (this.#take('OR')) choices.push(this.#all());
    return (metric) => choices.some((matches) => matches(metric));
  }

  #all(): Matcher {
    const parts = [this.#one()];
    while (this.#tokens.length > 0 && this.#tokens[0] !== 'OR' && this.#tokens[0] !== ')') {
      this.#take('AND');
      parts.push(this.#one());
    }
    return (metric) => parts.every((matches) => matches(metric));
  }

  #one(): Matcher {
    if (this.#take('NOT')) {
      const matches = this.#one();
      return (metric) => !matches(metric);
    }
    if (this.#take('(')) return this.#closed(() => this.#any());
    const word = this.#word();
    if (!this.#take('=')) return matchText(word, everywhere);
    const values = valuesOf(unquoted(word));
    if (!this.#take('(')) return matchText(this.#word(), values);
    return this.#closed(() => this.#alternatives(values));
  }

  /** `MetricName=("Errors" OR "Throttles")` */
  #alternatives(values: (metric: MetricId) => readonly string[]): Matcher {
    const choices = [matchText(this.#word(), values)];
    while (this.#take('OR')) choices.push(matchText(this.#word(), values));
    return (metric) => choices.some((matches) => matches(metric));
  }

  #closed(inner: () => Matcher): Matcher {
    const matcher = inner();
    if (!this.#take(')')) throw invalid(this.#query, 'a closing parenthesis is missing');
    return matcher;
  }

  #word(): string {
    const word = this.#tokens.shift();
    if (word === undefined || ['(', ')', '=', 'AND', 'OR', 'NOT'].includes(word)) {
      throw invalid(this.#query, `a term is missing before '${word ?? 'its end'}'`);
    }
    return word;
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }
}

function matchText(word: string, valuesIn: (metric: MetricId) => readonly string[]): Matcher {
  const text = unquoted(word);
  if (text !== word) return (metric) => valuesIn(metric).includes(text);
  const part = text.toLowerCase();
  return (metric) => valuesIn(metric).some((value) => value.toLowerCase().includes(part));
}

function everywhere(metric: MetricId): string[] {
  const { namespace, name, dimensions } = metric;
  return [namespace, name, ...dimensions.flatMap((dimension) => [dimension.name, dimension.value])];
}

function valuesOf(property: string): (metric: MetricId) => readonly string[] {
  if (property === 'MetricName') return (metric) => [metric.name];
  if (property === 'Namespace') return (metric) => [metric.namespace];
  return (metric) => {
    const value = dimensionOf(metric, property);
    return value === undefined ? [] : [value];
  };
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function invalid(query: string, problem: string): AwsError {
  return new AwsError('ValidationError', `Invalid SEARCH expression '${query}': ${problem}`);
}
