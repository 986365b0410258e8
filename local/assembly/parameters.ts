import { AwsError } from '../host/aws-error.ts';
import type { ParameterDeclaration, Template } from './template.ts';

/** What a caller says of one parameter. */
export interface ParameterInput {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean | string;
}

/** Reads a parameter of Systems Manager; undefined when there is none. */
export type ReadSsm = (name: string) => Promise<string | undefined>;

/** The text of each parameter of the template: given, kept from before, or the default. */
export function chooseParameters(
  template: Template,
  given: readonly ParameterInput[],
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const declared = template.Parameters ?? {};
  const problems = given
    .filter(({ ParameterKey }) => !Object.hasOwn(declared, ParameterKey))
    .map(({ ParameterKey }) => `${ParameterKey} is not in the template`);
  const chosen: Record<string, string> = {};
  for (const [name, declaration] of Object.entries(declared)) {
    const input = given.find(({ ParameterKey }) => ParameterKey === name);
    const keep = String(input?.UsePreviousValue) === 'true';
    const value = (keep ? previous[name] : input?.ParameterValue) ?? defaultOf(declaration);
    if (value === undefined) {
      problems.push(`${name} must have a value`);
      continue;
    }
    problems.push(...violations(name, value, declaration));
    chosen[name] = value;
  }
  if (problems.length === 0) return chosen;
  throw new AwsError('ValidationError', `Parameters: [${problems.join('; ')}]`);
}

/** What Ref gives for each parameter: lists are split, SSM types are looked up. */
export async function parameterValues(
  template: Template,
  chosen: Readonly<Record<string, string>>,
  readSsm: ReadSsm,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(chosen)) {
    const type = template.Parameters?.[name]?.Type ?? 'String';
    const [, ssmType] = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(type) ?? [];
    const value = ssmType ? await lookUp(name, text, readSsm) : text;
    values[name] = /^(CommaDelimitedList|List<.+>)$/.test(ssmType ?? type)
      ? value.split(',').map((item) => item.trim())
      : value;
  }
  return values;
}

export function isSecret({ NoEcho }: ParameterDeclaration): boolean {
  return String(NoEcho) === 'true';
}

async function lookUp(name: string, parameter: string, readSsm: ReadSsm): Promise<string> {
  const value = await readSsm(parameter);
  if (value !== undefined) return value;
  throw new AwsError(
    'ValidationError',
    `Unable to fetch parameters [${parameter}] from parameter store for ${name}`,
  );
}

function defaultOf({ Default }: ParameterDeclaration): string | undefined {
  return Default === undefined ? undefined : String(Default);
}

function violations(name: string, value: string, declaration: ParameterDeclaration): string[] {
  const { AllowedValues, AllowedPattern, ConstraintDescription, Type } = declaration;
  const problems: string[] = [];
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    problems.push(`${name} must be one of [${AllowedValues.join(', ')}]`);
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    problems.push(`${name}: ${ConstraintDescription ?? `must match pattern ${AllowedPattern}`}`);
  }
  if (Type === 'Number' && !Number.isFinite(Number(value))) {
    problems.push(`${name} must be a number`);
  }
  return problems;
}
