import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Host } from '../host/host.ts';
import { type AssemblyStack, readAssembly } from './cloud-assembly.ts';
import { parseTemplate } from './template.ts';

export interface PlannedStack {
  readonly name: string;
  /** `gone`: it is deployed, and the app no longer has it. */
  readonly change: 'new' | 'changed' | 'unchanged' | 'gone';
}

export interface PlanOptions {
  /** Parameters by stack and name, as they would be deployed. Default: those of the assembly. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether a deployed stack is one of this app's. Default: all but the CDK's own. */
  readonly belongs?: (stackName: string) => boolean;
}

interface Deployed {
  readonly StackName: string;
  readonly StackStatus: string;
  readonly Parameters: readonly { ParameterKey: string; ParameterValue: string }[];
}

/** What deploying an assembly would do to the stacks that are there. Changes nothing. */
export async function planAssembly(
  host: Host,
  folder: string,
  options: PlanOptions = {},
): Promise<PlannedStack[]> {
  const wanted = readAssembly(host, folder);
  const deployed = await deployedStacks(host);
  const belongs = options.belongs ?? ((name) => name !== 'CDKToolkit');
  const plans: PlannedStack[] = [];
  for (const stack of wanted) {
    const current = deployed.get(stack.name);
    const given = { ...stack.parameters, ...options.parameters?.[stack.name] };
    const change = current ? await compare(host, stack, current, given) : 'new';
    plans.push({ name: stack.name, change });
  }
  const names = new Set(wanted.map(({ name }) => name));
  const gone = [...deployed.keys()].filter((name) => !names.has(name) && belongs(name));
  return [...plans, ...gone.map((name): PlannedStack => ({ name, change: 'gone' }))];
}

/** Stacks whose creation has failed are as good as none. */
async function deployedStacks(host: Host): Promise<Map<string, Deployed>> {
  const { Stacks } = await host.call<{ Stacks: Deployed[] }>(
    'cloudformation',
    'DescribeStacks',
    {},
  );
  const real = Stacks.filter(({ StackStatus }) => !/^(ROLLBACK|REVIEW)_/.test(StackStatus));
  return new Map(real.map((stack) => [stack.StackName, stack]));
}

async function compare(
  host: Host,
  stack: AssemblyStack,
  current: Deployed,
  given: Readonly<Record<string, string>>,
): Promise<'changed' | 'unchanged'> {
  const differs = current.Parameters.some(
    // A secret is shown masked: whether it has changed cannot be seen from here.
    ({ ParameterKey: key, ParameterValue: value }) =>
      given[key] !== undefined && value !== '****' && value !== given[key],
  );
  if (differs) return 'changed';
  const { TemplateBody } = await host.call<{ TemplateBody: string }>(
    'cloudformation',
    'GetTemplate',
    { StackName: stack.name },
  );
  const text = readFileSync(stack.templateFile, 'utf8');
  const same =
    text === TemplateBody || isDeepStrictEqual(parseTemplate(text), parseTemplate(TemplateBody));
  return same ? 'unchanged' : 'changed';
}
