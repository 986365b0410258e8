import { templateError } from './template.ts';

/** What the intrinsic functions of one template refer to. */
export interface Scope {
  readonly region: string;
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): unknown;
  importValue(name: string): unknown;
  /** Replaces the dynamic references, `{{resolve:...}}`, in a text. */
  dynamic(text: string): string;
}

/** The value of `Ref: AWS::NoValue`: the member that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A value with every intrinsic function replaced by its result. What holds no function is returned
 * as it is, not copied.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    return value.includes('{{resolve:') ? scope.dynamic(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return resolveList(value, scope);
  const name = functionOf(value);
  if (name === undefined) return resolveMembers(value as Record<string, unknown>, scope);
  const run = functions[name];
  if (!run) throw templateError(`the local cloud lacks the intrinsic function ${name}`);
  return run((value as Record<string, unknown>)[name], scope);
}

/** The name of the function that an object is; undefined for other objects. */
export function functionOf(value: object): string | undefined {
  let only: string | undefined;
  for (const name in value) {
    if (only !== undefined) return undefined;
    only = name;
  }
  return only === 'Ref' || only?.startsWith('Fn::') ? only : undefined;
}

/** The logical id and attribute name of a GetAtt, which is written as a list or with a dot. */
export function attributeOf(argument: unknown): [string, string] {
  const [id, ...name] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
  return [id as string, name.join('.')];
}

/** `${...}` in Fn::Sub; `${!...}` is a literal. */
export const SUBSTITUTION = /\$\{(!?)([^}]*)\}/g;

function resolveList(list: readonly unknown[], scope: Scope): unknown[] {
  let result: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const resolved = resolve(item, scope);
    if (resolved !== item) result ??= list.slice(0, index);
    if (resolved !== NO_VALUE) result?.push(resolved);
  }
  return result ?? (list as unknown[]);
}

function resolveMembers(object: Record<string, unknown>, scope: Scope): Record<string, unknown> {
  let result: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(object)) {
    const resolved = resolve(member, scope);
    if (resolved === member) continue;
    result ??= { ...object };
    if (resolved === NO_VALUE) delete result[name];
    else result[name] = resolved;
  }
  return result ?? object;
}

// biome-ignore lint/suspicious/noExplicitAny: each function has arguments of its own form.
type Run = (argument: any, scope: Scope) => unknown;

const functions: Readonly<Record<string, Run>> = {
  Ref: (name, scope) => scope.ref(name),

  'Fn::GetAtt': (argument, scope) => {
    const [id, name] = attributeOf(argument);
    return scope.attribute(id, String(resolve(name, scope)));
  },

  'Fn::Sub': (argument, scope) => {
    const [text, given = {}] = Array.isArray(argument) ? argument : [argument];
    return resolveText(text, scope).replace(SUBSTITUTION, (_all, literal, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(given, name)) return String(resolve(given[name], scope));
      const trimmed = name.trim();
      if (trimmed.includes('.')) return String(scope.attribute(...attributeOf(trimmed)));
      return String(scope.ref(trimmed));
    });
  },

  'Fn::Join': ([separator, list], scope) => asList('Fn::Join', list, scope).join(separator),

  'Fn::Split': ([separator, text], scope) => String(resolve(text, scope)).split(separator),

  'Fn::Select': ([index, list], scope) => {
    const items = asList('Fn::Select', list, scope);
    const position = Number(resolve(index, scope));
    if (position in items) return items[position];
    throw templateError(`Fn::Select cannot select item ${position} of ${items.length}`);
  },

  'Fn::If': ([condition, then, otherwise], scope) =>
    resolve(scope.condition(condition) ? then : otherwise, scope),

  'Fn::FindInMap': ([map, top, second], scope) => {
    const [a, b, c] = [map, top, second].map((key) => String(resolve(key, scope)));
    return scope.mapping(a as string, b as string, c as string);
  },

  'Fn::ImportValue': (name, scope) => scope.importValue(String(resolve(name, scope))),

  'Fn::Base64': (text, scope) => Buffer.from(String(resolve(text, scope))).toString('base64'),

  'Fn::GetAZs': (region, scope) => {
    const name = String(resolve(region, scope) || scope.region);
    return ['a', 'b', 'c'].map((zone) => name + zone);
  },

  'Fn::Length': (list, scope) => asList('Fn::Length', list, scope).length,

  'Fn::ToJsonString': (value, scope) => JSON.stringify(resolve(value, scope)),
};

function resolveText(text: string, scope: Scope): string {
  return resolve(text, scope) as string;
}

function asList(name: string, value: unknown, scope: Scope): unknown[] {
  const list = resolve(value, scope);
  if (Array.isArray(list)) return list;
  throw templateError(`${name} takes a list, not ${JSON.stringify(list)}`);
}
