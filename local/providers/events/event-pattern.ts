import { AwsError } from '../../host/aws-error.ts';

/** A pattern as it was written: fields with lists of what their values may be. */
export type EventPattern = Readonly<Record<string, unknown>>;

type Test = (value: unknown, exists: boolean) => boolean;

/** Reads a pattern, or says what is wrong with it. */
export function parsePattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalid(`it is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid('it is empty');
  check(pattern, '');
  return pattern;
}

/** Every field of the pattern must match; a field of the event that is a list, with one of its items. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or') return (wanted as EventPattern[]).some((one) => matches(one, event));
    const exists = isObject(event) && Object.hasOwn(event, field);
    const value = exists ? event[field] : undefined;
    if (Array.isArray(wanted)) {
      const values = Array.isArray(value) ? value : [value];
      return wanted.some((condition) => values.some((one) => testOf(condition)(one, exists)));
    }
    const items = Array.isArray(value) ? value : [value];
    return items.some((item) => matches(wanted as EventPattern, item));
  });
}

function check(pattern: EventPattern, path: string): void {
  for (const [field, wanted] of Object.entries(pattern)) {
    const place = path ? `${path}.${field}` : field;
    if (Array.isArray(wanted)) {
      if (wanted.length === 0) throw invalid(`${place}: empty arrays are not allowed`);
      if (field === '$or') for (const one of wanted) check(one, path);
      else for (const condition of wanted) testOf(condition, place);
    } else if (isObject(wanted)) check(wanted, place);
    else throw invalid(`${place}: a value must be an object or an array`);
  }
}

function testOf(condition: unknown, place = ''): Test {
  if (!isObject(condition)) return (value, exists) => exists && value === condition;
  const [[operator, operand] = [], ...others] = Object.entries(condition);
  const create = operator === undefined ? undefined : operators[operator];
  if (!create || others.length > 0) {
    throw invalid(`${place}: the local cloud does not know ${JSON.stringify(condition)}`);
  }
  return create(operand);
}

const operators: Readonly<Record<string, (operand: unknown) => Test>> = {
  exists: (wanted) => (_value, exists) => exists === wanted,
  prefix: (wanted) => text((value) => fold(wanted, value, (a, b) => b.startsWith(a))),
  suffix: (wanted) => text((value) => fold(wanted, value, (a, b) => b.endsWith(a))),
  'equals-ignore-case': (wanted) => text((value) => value.toLowerCase() === lower(wanted)),
  wildcard: (wanted) => text((value) => wildcard(String(wanted)).test(value)),
  numeric: (comparisons) => (value) =>
    typeof value === 'number' && compares(value, comparisons as (string | number)[]),
  'anything-but': (wanted) => {
    const refused = (Array.isArray(wanted) ? wanted : [wanted]).map((one) => testOf(one));
    return (value, exists) => exists && !refused.some((test) => test(value, exists));
  },
};

function text(test: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

/** `{"prefix": "a"}`, or `{"prefix": {"equals-ignore-case": "A"}}`. */
function fold(wanted: unknown, value: string, test: (a: string, b: string) => boolean): boolean {
  if (!isObject(wanted)) return test(String(wanted), value);
  return test(lower(wanted['equals-ignore-case']), value.toLowerCase());
}

function lower(value: unknown): string {
  return String(value).toLowerCase();
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function compares(value: number, comparisons: readonly (string | number)[]): boolean {
  for (let at = 0; at < comparisons.length; at += 2) {
    const bound = Number(comparisons[at + 1]);
    const holds = {
      '=': value === bound,
      '>': value > bound,
      '>=': value >= bound,
      '<': value < bound,
      '<=': value <= bound,
    }[String(comparisons[at])];
    if (!holds) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): AwsError {
  return new AwsError(
    'InvalidEventPatternException',
    `Event pattern is not valid. Reason: ${reason}`,
  );
}
