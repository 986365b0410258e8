import { AwsError } from '../../host/aws-error.ts';
import { parseJsonPattern } from './json-pattern.ts';

export type MessageFilter = (message: string) => boolean;

/**
 * Parses a filter pattern: `error "time out" -retry`, `?warn ?error`, or `{ $.level = "error" }`.
 * Patterns of columns and regular expressions are refused rather than misunderstood.
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) {
    const matches = parseJsonPattern(text);
    return (message) => {
      const json = parseJson(message);
      return json !== undefined && matches(json);
    };
  }
  if (text.startsWith('[') || text.includes('%')) {
    throw invalidPattern(pattern, 'the local cloud knows words, phrases and JSON patterns only');
  }
  return termFilter(text, pattern);
}

function termFilter(text: string, pattern: string): MessageFilter {
  const terms: string[] = text.match(/[?-]?"[^"]*"|[^\s"]+|"/g) ?? [];
  if (terms.includes('"')) throw invalidPattern(pattern, 'a quotation mark is missing');
  const startingWith = (sign: string) =>
    terms.filter((term) => term.startsWith(sign)).map((term) => unquoted(term.slice(1)));
  const optional = startingWith('?');
  const excluded = startingWith('-');
  const required = terms.filter((term) => !/^[?-]/.test(term)).map(unquoted);
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (optional.length === 0 || optional.some((term) => message.includes(term)));
}

/** The line as a JSON object; undefined when it is none. */
export function parseJson(message: string): Record<string, unknown> | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unquoted(term: string): string {
  return term.startsWith('"') && term.endsWith('"') ? term.slice(1, -1) : term;
}

function invalidPattern(pattern: string, problem: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Invalid filter pattern '${pattern}': ${problem}`,
  );
}
