import { parseDocument } from 'yaml';
import { AwsError } from '../host/aws-error.ts';
import { shortForms } from './short-forms.ts';

/** A CloudFormation template. Values may hold intrinsic functions anywhere. */
export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, ParameterDeclaration>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Rules?: Readonly<Record<string, RuleDeclaration>>;
  readonly Resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly Outputs?: Readonly<Record<string, OutputDeclaration>>;
}

export interface ParameterDeclaration {
  readonly Type: string;
  readonly Default?: string | number;
  readonly Description?: string;
  readonly NoEcho?: boolean | string;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
}

export interface RuleDeclaration {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

export interface ResourceDeclaration {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: unknown;
}

export interface OutputDeclaration {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** Reads a template in JSON or YAML, with the short forms of intrinsic functions. */
export function parseTemplate(text: string): Template {
  const value = text.trimStart().startsWith('{') ? fromJson(text) : fromYaml(text);
  const problems = problemsOf(value);
  if (problems.length > 0) throw templateError(problems.join('; '));
  return value as Template;
}

export function templateError(message: string): AwsError {
  return new AwsError('ValidationError', `Template format error: ${message}`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw templateError(`JSON not well-formed. ${(error as Error).message}`);
  }
}

function fromYaml(text: string): unknown {
  const document = parseDocument(text, { customTags: shortForms });
  const [error] = document.errors;
  if (error) throw templateError(`YAML not well-formed. ${error.message}`);
  return document.toJS();
}

function problemsOf(value: unknown): string[] {
  if (!isObject(value)) return ['a template is an object'];
  if ('Transform' in value) return ['the local cloud runs no transforms'];
  const { Resources } = value;
  if (!isObject(Resources) || Object.keys(Resources).length === 0) {
    return ['At least one Resources member must be defined.'];
  }
  return Object.entries(Resources).flatMap(([id, resource]) => {
    if (isObject(resource) && typeof resource.Type === 'string') return [];
    return [`[/Resources/${id}] 'Type' is missing`];
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
