import { functionOf, resolve, type Scope } from './intrinsics.ts';
import { isObject, type RuleDeclaration, type Template, templateError } from './template.ts';

/** The template's conditions, each evaluated when it is first asked for. */
export class Conditions {
  readonly #declared: NonNullable<Template['Conditions']>;
  readonly #results = new Map<string, boolean | 'being evaluated'>();

  constructor(template: Template) {
    this.#declared = template.Conditions ?? {};
  }

  holds(name: string, scope: Scope): boolean {
    const known = this.#results.get(name);
    if (typeof known === 'boolean') return known;
    if (known) throw templateError(`Circular condition dependency: ${name}`);
    if (!Object.hasOwn(this.#declared, name)) {
      throw templateError(`Unresolved condition dependency ${name}`);
    }
    this.#results.set(name, 'being evaluated');
    const result = evaluate(this.#declared[name], scope);
    this.#results.set(name, result);
    return result;
  }
}

/** A condition, or an assertion of a rule. */
export function evaluate(condition: unknown, scope: Scope): boolean {
  if (!isObject(condition)) throw unsupported(condition);
  if (typeof condition.Condition === 'string') return scope.condition(condition.Condition);
  const name = functionOf(condition) ?? '';
  const args = condition[name] as unknown[];
  switch (name) {
    case 'Fn::And':
      return args.every((operand) => evaluate(operand, scope));
    case 'Fn::Or':
      return args.some((operand) => evaluate(operand, scope));
    case 'Fn::Not':
      return !evaluate(args[0], scope);
    case 'Fn::Equals':
      return text(args[0], scope) === text(args[1], scope);
    case 'Fn::Contains':
      return (resolve(args[0], scope) as unknown[]).map(String).includes(text(args[1], scope));
    default:
      throw unsupported(condition);
  }
}

/** What a template's rules forbid about its parameters; empty when all is well. */
export function brokenRules(
  rules: Readonly<Record<string, RuleDeclaration>>,
  scope: Scope,
): string[] {
  return Object.entries(rules).flatMap(([name, { RuleCondition, Assertions }]) => {
    if (RuleCondition !== undefined && !evaluate(RuleCondition, scope)) return [];
    return Assertions.filter(({ Assert }) => !evaluate(Assert, scope)).map(
      ({ AssertDescription }) => AssertDescription ?? `Rule ${name} failed`,
    );
  });
}

function text(value: unknown, scope: Scope): string {
  const resolved = resolve(value, scope);
  return typeof resolved === 'object' ? JSON.stringify(resolved) : String(resolved);
}

function unsupported(condition: unknown) {
  return templateError(`${JSON.stringify(condition)} is no condition that the local cloud knows`);
}
