import { AwsError } from '../../host/aws-error.ts';
import type { AlarmState } from './alarm.ts';

/** The rule of a composite alarm. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly kind: 'not'; readonly rule: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly rules: readonly AlarmRule[] };

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies AlarmState[];

/** Parses `ALARM("errors") AND NOT (OK(latency) OR INSUFFICIENT_DATA(arn:aws:...))`. */
export function parseAlarmRule(text: string): AlarmRule {
  // AWS allows 10,240 characters; so deep a nesting is no rule that anybody wrote.
  if ((text.match(/\(|NOT/g) ?? []).length > 1000) throw invalid(text, 'it is nested too deeply');
  const tokens = text.match(/"[^"]*"|[()]|[^\s()"]+|"/g) ?? [];
  const parser = new RuleParser(tokens, text);
  return parser.parse();
}

/** `stateOf` gives undefined for an alarm that does not exist: no condition on it holds. */
export function ruleHolds(
  rule: AlarmRule,
  stateOf: (alarm: string) => AlarmState | undefined,
): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !ruleHolds(rule.rule, stateOf);
    case 'and':
      return rule.rules.every((part) => ruleHolds(part, stateOf));
    case 'or':
      return rule.rules.some((part) => ruleHolds(part, stateOf));
  }
}

/** Names of the alarms that a rule watches. */
export function alarmsIn(rule: AlarmRule): string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsIn(rule.rule);
    default:
      return rule.rules.flatMap(alarmsIn);
  }
}

/** NOT binds closest, then AND, then OR. */
class RuleParser {
  readonly #tokens: string[];
  readonly #text: string;

  constructor(tokens: readonly string[], text: string) {
    this.#tokens = [...tokens];
    this.#text = text;
  }

  parse(): AlarmRule {
    const rule = this.#joined('OR', () => this.#joined('AND', () => this.#one()));
    if (this.#tokens.length > 0) throw invalid(this.#text, `'${this.#tokens[0]}' is out of place`);
    return rule;
  }

  #joined(operator: 'AND' | 'OR', part: () => AlarmRule): AlarmRule {
    const rules = [part()];
    while (this.#tokens[0] === operator) {
      this.#tokens.shift();
      rules.push(part());
    }
    const [only] = rules;
    if (only && rules.length === 1) return only;
    return { kind: operator === 'AND' ? 'and' : 'or', rules };
  }

  #one(): AlarmRule {
    const token = this.#tokens.shift();
    if (token === 'TRUE' || token === 'FALSE') return { kind: 'constant', value: token === 'TRUE' };
    if (token === 'NOT') return { kind: 'not', rule: this.#one() };
    if (token === '(') {
      const rule = this.#joined('OR', () => this.#joined('AND', () => this.#one()));
      this.#expect(')');
      return rule;
    }
    if (token === undefined || !STATES.includes(token)) {
      throw invalid(
        this.#text,
        `ALARM, OK, INSUFFICIENT_DATA, NOT, TRUE, FALSE or a parenthesis is needed, not '${token ?? 'its end'}'`,
      );
    }
    this.#expect('(');
    const alarm = this.#name();
    this.#expect(')');
    return { kind: 'state', state: token as AlarmState, alarm };
  }

  /** A name or an ARN, with or without quotes. */
  #name(): string {
    const token = this.#tokens.shift() ?? '';
    const name = token
      .replace(/^"(.*)"$/, '$1')
      .replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');
    if (name === '' || ['(', ')', '"'].includes(name))
      throw invalid(this.#text, 'an alarm name is missing');
    return name;
  }

  #expect(token: string): void {
    const found = this.#tokens.shift();
    if (found !== token) {
      throw invalid(this.#text, `'${token}' is needed, not '${found ?? 'its end'}'`);
    }
  }
}

function invalid(text: string, problem: string): AwsError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return new AwsError('ValidationError', `Invalid alarm rule '${shown}': ${problem}`);
}
