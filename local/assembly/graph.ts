import { attributeOf, SUBSTITUTION } from './intrinsics.ts';
import { type ResourceDeclaration, templateError } from './template.ts';

type Declarations = Readonly<Record<string, ResourceDeclaration>>;

/** The resources that a resource has to wait for, by DependsOn and by what it refers to. */
export function dependenciesOf(
  logicalId: string,
  declaration: ResourceDeclaration,
  declarations: Declarations,
): string[] {
  const found = new Set<string>([declaration.DependsOn ?? []].flat());
  collect(declaration.Properties, found);
  collect(declaration.UpdatePolicy, found);
  found.delete(logicalId);
  // What a condition leaves out is nothing to wait for; a reference to it fails when it is used.
  return [...found].filter((name) => Object.hasOwn(declarations, name));
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (name === 'Ref' && typeof member === 'string') found.add(member);
    else if (name === 'Fn::GetAtt' && member) found.add(attributeOf(member)[0]);
    else if (name === 'Fn::Sub') collectFromText(member, found);
    else collect(member, found);
  }
}

function collectFromText(argument: unknown, found: Set<string>): void {
  const [text, given] = Array.isArray(argument) ? argument : [argument];
  for (const [, literal, name = ''] of String(text).matchAll(SUBSTITUTION)) {
    if (!literal) found.add(attributeOf(name.trim())[0]);
  }
  collect(given, found);
}

/** Every name after the names that it depends on; names that are not keys are ignored. */
export function inOrder(dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, path: readonly string[]) => {
    if (state.get(name) === 'done' || !dependencies.has(name)) return;
    if (state.get(name) === 'open') {
      const circle = path.slice(path.indexOf(name));
      throw templateError(`Circular dependency between resources: [${circle.join(', ')}]`);
    }
    state.set(name, 'open');
    for (const dependency of dependencies.get(name) ?? []) visit(dependency, [...path, name]);
    state.set(name, 'done');
    ordered.push(name);
  };
  for (const name of dependencies.keys()) visit(name, []);
  return ordered;
}

/**
 * Runs `task` for every name once all it depends on has run; independent ones run side by side.
 * After a failure nothing new begins. Rejects with the first failure when all that ran has ended.
 */
export async function runInOrder(
  dependencies: ReadonlyMap<string, readonly string[]>,
  task: (name: string) => Promise<void>,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const run = async (name: string) => {
    await Promise.all((dependencies.get(name) ?? []).map((dependency) => running.get(dependency)));
    if (failures.length > 0) return;
    try {
      await task(name);
    } catch (error) {
      failures.push(error);
    }
  };
  for (const name of inOrder(dependencies)) running.set(name, run(name));
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
}

/** The same edges the other way: what has to be gone before a name may go. */
export function reversed(
  dependencies: ReadonlyMap<string, readonly string[]>,
): Map<string, string[]> {
  const dependents = new Map([...dependencies.keys()].map((name) => [name, [] as string[]]));
  for (const [name, needed] of dependencies) {
    for (const dependency of needed) dependents.get(dependency)?.push(name);
  }
  return dependents;
}
