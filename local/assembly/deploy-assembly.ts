import { readFileSync } from 'node:fs';
import { AwsError } from '../host/aws-error.ts';
import type { Host } from '../host/host.ts';
import { awaitStack, type StackDescription } from './await-stack.ts';
import { type AssemblyStack, readAssembly } from './cloud-assembly.ts';
import { inOrder } from './graph.ts';
import type { ParameterInput } from './parameters.ts';
import { AssetPublisher } from './publish-assets.ts';
import { Slots } from './slots.ts';
import { parseTemplate } from './template.ts';

export interface DeployOptions {
  /** Names of the stacks to deploy, in the order of their dependencies. Default: all. */
  readonly stacks?: readonly string[];
  /** Parameters by stack and name. What is not given keeps its value, or gets its default. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How many stacks may change at a time. Default: 10. */
  readonly concurrency?: number;
  readonly onEvent?: (event: DeployEvent) => void;
}

export type DeployEvent =
  | { readonly kind: 'published'; readonly stack: string; readonly asset: string }
  | { readonly kind: 'deploying'; readonly stack: string; readonly action: 'create' | 'update' }
  | { readonly kind: 'deployed'; readonly stack: string; readonly result: DeployedStack };

export interface DeployedStack {
  readonly name: string;
  /** `skipped`: a stack that it depends on has failed. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'failed' | 'skipped';
  /** Status that the stack is in; missing when it was never made. */
  readonly status?: string;
  readonly reason?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];

/**
 * Deploys a cloud assembly as `cdk deploy` does: assets into the bootstrap bucket, then each stack
 * after those it depends on. One that fails keeps only its dependents from being deployed.
 */
export async function deployAssembly(
  host: Host,
  folder: string,
  options: DeployOptions = {},
): Promise<DeployedStack[]> {
  const chosen = readAssembly(host, folder).filter(
    ({ name }) => options.stacks?.includes(name) ?? true,
  );
  const byName = new Map(chosen.map((stack) => [stack.name, stack]));
  const order = inOrder(new Map(chosen.map(({ name, dependencies }) => [name, dependencies])));
  const assets = new AssetPublisher(host);
  const slots = new Slots(options.concurrency ?? 10);
  const results = new Map<string, Promise<DeployedStack>>();
  for (const name of order) {
    const stack = byName.get(name) as AssemblyStack;
    results.set(
      name,
      deployAfter(stack, results, () => slots.run(() => deployStack(host, stack, assets, options))),
    );
  }
  return Promise.all(results.values());
}

async function deployAfter(
  { name, dependencies }: AssemblyStack,
  results: ReadonlyMap<string, Promise<DeployedStack>>,
  deploy: () => Promise<DeployedStack>,
): Promise<DeployedStack> {
  for (const dependency of dependencies) {
    const before = await results.get(dependency);
    if (before?.outcome === 'failed' || before?.outcome === 'skipped') {
      return { name, outcome: 'skipped', reason: `It needs ${dependency}`, outputs: {} };
    }
  }
  return deploy();
}

async function deployStack(
  host: Host,
  stack: AssemblyStack,
  assets: AssetPublisher,
  options: DeployOptions,
): Promise<DeployedStack> {
  const { onEvent = () => {}, parameters = {} } = options;
  const given = { ...stack.parameters, ...parameters[stack.name] };
  const result = await change(host, stack, given, assets, onEvent).catch((error): DeployedStack => {
    if (!(error instanceof AwsError)) throw error;
    return { name: stack.name, outcome: 'failed', reason: error.message, outputs: {} };
  });
  onEvent({ kind: 'deployed', stack: stack.name, result });
  return result;
}

async function change(
  host: Host,
  stack: AssemblyStack,
  given: Readonly<Record<string, string>>,
  assets: AssetPublisher,
  onEvent: (event: DeployEvent) => void,
): Promise<DeployedStack> {
  const { name } = stack;
  for (const asset of stack.assets) {
    if (await assets.publish(asset)) {
      onEvent({ kind: 'published', stack: name, asset: asset.path });
    }
  }
  const current = await replaceableStack(host, name);
  const action = current ? 'update' : 'create';
  onEvent({ kind: 'deploying', stack: name, action });
  try {
    await host.call('cloudformation', current ? 'UpdateStack' : 'CreateStack', {
      StackName: name,
      ...templateOf(host, stack),
      Parameters: parametersOf(stack, given, current),
      Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
      Capabilities: CAPABILITIES,
    });
  } catch (error) {
    const isEmpty = (error as Error).message === 'No updates are to be performed.';
    if (!isEmpty || !current) throw error;
    return describe(current, 'unchanged');
  }
  const after = await awaitStack(host, name);
  if (/^(CREATE|UPDATE)_COMPLETE$/.test(after.StackStatus)) {
    return describe(after, current ? 'updated' : 'created');
  }
  return { ...describe(after, 'failed'), reason: await failureReason(host, after) };
}

type Current = StackDescription & {
  readonly Parameters: readonly { readonly ParameterKey: string }[];
};

/** The stack to update; one whose creation has failed, or never began, is deleted first. */
async function replaceableStack(host: Host, StackName: string): Promise<Current | undefined> {
  let found: Current | undefined;
  try {
    found = (await awaitUnlessInReview(host, StackName)) as Current;
  } catch (error) {
    if (error instanceof AwsError && error.message.endsWith('does not exist')) return undefined;
    throw error;
  }
  if (!/^(ROLLBACK_|REVIEW_)/.test(found.StackStatus)) return found;
  await host.call('cloudformation', 'DeleteStack', { StackName });
  await awaitStack(host, found.StackId);
  return undefined;
}

async function awaitUnlessInReview(host: Host, StackName: string): Promise<StackDescription> {
  const { Stacks } = await host.call<{ Stacks: StackDescription[] }>(
    'cloudformation',
    'DescribeStacks',
    { StackName },
  );
  const [stack] = Stacks;
  // Somebody else's change, or the rollback of one that a stop has cut off, ends before ours begins.
  return stack?.StackStatus === 'REVIEW_IN_PROGRESS' ? stack : awaitStack(host, StackName);
}

function templateOf(host: Host, { templateObject, templateFile }: AssemblyStack) {
  if (!templateObject) return { TemplateBody: readFileSync(templateFile, 'utf8') };
  const { bucket, key } = templateObject;
  return { TemplateURL: `https://s3.${host.region}.amazonaws.com/${bucket}/${key}` };
}

function parametersOf(
  stack: AssemblyStack,
  given: Readonly<Record<string, string>>,
  current: Current | undefined,
): ParameterInput[] {
  const { Parameters = {} } = parseTemplate(readFileSync(stack.templateFile, 'utf8'));
  const known = new Set(current?.Parameters.map(({ ParameterKey }) => ParameterKey));
  return Object.keys(Parameters).flatMap((ParameterKey): ParameterInput[] => {
    const ParameterValue = given[ParameterKey];
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return known.has(ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
  });
}

function describe(stack: StackDescription, outcome: DeployedStack['outcome']): DeployedStack {
  return {
    name: stack.StackName,
    outcome,
    status: stack.StackStatus,
    outputs: Object.fromEntries(
      stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    ),
  };
}

/** The first thing that failed, which is what the others failed for. */
async function failureReason(host: Host, { StackId, StackStatus }: StackDescription) {
  const { StackEvents } = await host.call<{ StackEvents: FailureEvent[] }>(
    'cloudformation',
    'DescribeStackEvents',
    { StackName: StackId },
  );
  const begun = StackEvents.findIndex((event) => event.ResourceStatusReason === 'User Initiated');
  const first = StackEvents.slice(0, begun < 0 ? undefined : begun).findLast(({ ResourceStatus }) =>
    /(_FAILED|ROLLBACK_IN_PROGRESS)$/.test(ResourceStatus),
  );
  return first ? `${first.LogicalResourceId}: ${first.ResourceStatusReason}` : StackStatus;
}

interface FailureEvent {
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}
