import { Directive, type Fields, isRecord } from './embedded-directive.ts';
import type { LineMetrics } from './line-metrics.ts';

/** So many different lists of directives are kept understood. */
const KNOWN_LIMIT = 100;
/** How a line begins when its writer puts the metrics first. */
const HEAD = '{"_aws":{"Timestamp":';
/** Where the time of such a line ends: milliseconds since the epoch have 13 digits until 2286. */
const TIME_END = HEAD.length + 13;

interface Kind {
  /** What such a line has between its time and its first field. */
  readonly text: string;
  readonly directives: readonly Directive[];
}

/**
 * Takes the metrics out of lines in the embedded metric format. A program prints the same directives
 * with each line, so they are understood once; the line after one of a kind is known by its text.
 */
export class EmbeddedMetrics {
  readonly #metrics: LineMetrics;
  /** By the directives as JSON. */
  readonly #kinds = new Map<string, Kind>();
  #newest: Kind | undefined;

  constructor(metrics: LineMetrics) {
    this.#metrics = metrics;
  }

  /**
   * Returns what is wrong with a line that means to have metrics and has none. All other lines cost
   * one search: JSON is full of quotation marks, so it does not begin with one.
   */
  take(message: string): string | undefined {
    if (!message.includes('_aws"') || !message.includes('"_aws"')) return undefined;
    let kind = this.#newest;
    let fields: Fields | undefined;
    try {
      fields = kind && fieldsAfter(message, kind.text);
      if (!fields) {
        const line: unknown = JSON.parse(message);
        if (!isRecord(line) || !isRecord(line._aws)) return undefined;
        const { CloudWatchMetrics: list } = line._aws;
        if (!Array.isArray(list)) return '_aws.CloudWatchMetrics is no list';
        kind = this.#kindOf(list);
        fields = line;
      }
    } catch (error) {
      if (error instanceof SyntaxError) return 'it is no JSON';
      throw error;
    }
    let first: string | undefined;
    for (const directive of kind?.directives ?? []) {
      const problem = directive.take(fields);
      first ??= problem;
    }
    return first;
  }

  #kindOf(list: readonly unknown[]): Kind {
    const json = JSON.stringify(list);
    let kind = this.#kinds.get(json);
    if (!kind) {
      if (this.#kinds.size === KNOWN_LIMIT) this.#kinds.clear();
      const directives = list.map((directive) => new Directive(directive, this.#metrics));
      kind = { text: `,"CloudWatchMetrics":${json}},`, directives };
      this.#kinds.set(json, kind);
    }
    this.#newest = kind;
    return kind;
  }
}

/** The fields of a line that has `text` after its time; undefined for any other line. */
function fieldsAfter(message: string, text: string): Fields | undefined {
  if (!message.startsWith(text, TIME_END) || !message.startsWith(HEAD)) return undefined;
  for (let i = HEAD.length; i < TIME_END; i++)
    if (!isDigit(message.charCodeAt(i))) return undefined;
  const rest = TIME_END + text.length;
  if (message[rest] !== '"') return undefined;
  const fields = JSON.parse(`{${message.slice(rest)}`);
  // JSON's last member of a name counts.
  return '_aws' in fields ? undefined : fields;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
