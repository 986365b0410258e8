import { parameterValues } from '../../assembly/parameters.ts';
import { readDynamicReferences, StackScope } from '../../assembly/stack-scope.ts';
import type { Template } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { StackDefinition } from './stack-document.ts';
import type { StackStore } from './stack-store.ts';

/** The stack that a scope is for: one that is, or one that is only being asked for. */
export interface ScopedStack {
  readonly stackName: string;
  readonly stackId: string;
  readonly document: { readonly definition: StackDefinition };
  readonly resources: Readonly<
    Record<string, { physicalId?: string; attributes: Readonly<Record<string, unknown>> }>
  >;
}

export interface OpenedScope {
  readonly scope: StackScope;
  /** Names of the exports that have been imported through the scope so far. */
  readonly imports: readonly string[];
}

/** What a stack's template refers to, with everything looked up that lies outside of it. */
export async function openScope(
  host: Host,
  stacks: StackStore,
  stack: ScopedStack,
  template: Template,
): Promise<OpenedScope> {
  const readSsm = (name: string) => readParameter(host, name);
  const { parameters, templateBody } = stack.document.definition;
  const imports: string[] = [];
  const scope = new StackScope({
    host,
    template,
    stackName: stack.stackName,
    stackId: stack.stackId,
    parameters: await parameterValues(template, parameters, readSsm),
    dynamicReferences: await readDynamicReferences(templateBody, readSsm),
    physicalId: (id) => stack.resources[id]?.physicalId,
    attribute: (id, name) => attributeIn(stack.resources[id]?.attributes ?? {}, name),
    importValue: (name) => {
      const found = stacks.exports().find(({ exportName }) => exportName === name);
      if (!found) throw new AwsError('ValidationError', `No export named ${name} found.`);
      if (!imports.includes(name)) imports.push(name);
      return found.value;
    },
  });
  return { scope, imports };
}

/** An attribute by its name, or by a path into one that is an object. */
function attributeIn(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  let value: unknown = attributes;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

async function readParameter(host: Host, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await host.call<{ Parameter: { Value: string } }>('ssm', 'GetParameter', {
      Name: name,
    });
    return Parameter.Value;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ParameterNotFound') return undefined;
    throw error;
  }
}
