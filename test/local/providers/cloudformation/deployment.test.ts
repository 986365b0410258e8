import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCloudFormationProvider } from '../../../../local/providers/cloudformation/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';
import { createThings, type ThingLog } from '../../../fixtures/thing-provider.ts';

const StackName = 'things';
let cloud: TestHost<ManualClock>;
let log: ThingLog;

const providers = () => ({
  things: createThings(log),
  cloudformation: createCloudFormationProvider,
});

beforeEach(async () => {
  log = [];
  cloud = await createTestHost({ providers: providers() });
});

afterEach(() => cloud.stop());

interface Described {
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs: readonly { OutputKey: string; OutputValue: string }[];
}

const call = (operation: string, input: Record<string, unknown> = {}) =>
  cloud.host.call<Record<string, never>>('cloudformation', operation, { StackName, ...input });

async function describe(name = StackName): Promise<Described> {
  const { Stacks } = await cloud.host.call<{ Stacks: Described[] }>(
    'cloudformation',
    'DescribeStacks',
    { StackName: name },
  );
  return Stacks[0] as Described;
}

/** The stack once nothing is in progress any more. */
async function settled(name = StackName): Promise<Described> {
  for (;;) {
    const stack = await describe(name);
    if (!stack.StackStatus.endsWith('_IN_PROGRESS')) return stack;
    await cloud.clock.advance(1000);
  }
}

type Things = Record<string, Record<string, unknown>>;

/** Properties by logical id; members with a capital `$` belong to the resource itself. */
function template(things: Things, rest: Record<string, unknown> = {}): string {
  const resources = Object.entries(things).map(([id, members]) => {
    const { $DependsOn, $DeletionPolicy, $UpdateReplacePolicy, ...Properties } = members;
    const attributes = { DependsOn: $DependsOn, DeletionPolicy: $DeletionPolicy };
    return [
      id,
      { Type: 'Test::Thing', Properties, ...attributes, UpdateReplacePolicy: $UpdateReplacePolicy },
    ];
  });
  return JSON.stringify({ Resources: Object.fromEntries(resources), ...rest });
}

async function create(things: Things, rest?: Record<string, unknown>): Promise<Described> {
  await call('CreateStack', { TemplateBody: template(things, rest) });
  return settled();
}

async function update(things: Things, rest?: Record<string, unknown>): Promise<Described> {
  log.length = 0;
  await call('UpdateStack', { TemplateBody: template(things, rest) });
  return settled();
}

async function statuses(): Promise<string[]> {
  const { StackEvents } = await cloud.host.call<{ StackEvents: Record<string, string>[] }>(
    'cloudformation',
    'DescribeStackEvents',
    { StackName },
  );
  return StackEvents.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`).reverse();
}

test('resources are made after what they refer to, and outputs say what came of them', async () => {
  const stack = await create(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation that fills it in.
    { Last: { Value: { 'Fn::Sub': '${First.Arn}!' } }, First: { Name: 'one' } },
    { Outputs: { Value: { Value: { 'Fn::GetAtt': ['Last', 'Value'] } } } },
  );
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect(stack.Outputs).toEqual([{ OutputKey: 'Value', OutputValue: 'arn:one!' }]);
  expect(log).toEqual(['create one', 'create Last']);
  expect(await statuses()).toEqual([
    'things CREATE_IN_PROGRESS',
    'First CREATE_IN_PROGRESS',
    'First CREATE_COMPLETE',
    'Last CREATE_IN_PROGRESS',
    'Last CREATE_COMPLETE',
    'things CREATE_COMPLETE',
  ]);
});

test('a failed creation deletes what it had made, dependents first', async () => {
  const stack = await create({
    A: {},
    B: { $DependsOn: 'A' },
    C: { $DependsOn: 'B', Fail: true },
    D: { $DependsOn: 'C' },
  });
  expect(stack).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect(log).toEqual(['create A', 'create B', 'create C', 'delete B', 'delete A']);
});

test('a creation told not to roll back leaves what it has made', async () => {
  const TemplateBody = template({ A: {}, B: { $DependsOn: 'A', Fail: true } });
  await call('CreateStack', { TemplateBody, DisableRollback: true });
  expect((await settled()).StackStatus).toBe('CREATE_FAILED');
  const repaired = await update({ A: {}, B: { $DependsOn: 'A' } });
  expect(repaired.StackStatus).toBe('UPDATE_COMPLETE');
  expect(log).toEqual(['create B']);
});

test('an update touches only what has changed', async () => {
  await create({ A: { Value: 1 }, B: { Value: 1 } });
  const stack = await update({ A: { Value: 1 }, B: { Value: 2 } });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect(log).toEqual(['update B']);
});

test('what depends on a replaced resource is changed before the old one goes', async () => {
  await create({ A: { Name: 'old' }, B: { Value: { Ref: 'A' } } });
  await update({ A: { Name: 'new' }, B: { Value: { Ref: 'A' } } });
  expect(log).toEqual(['create new', 'update B', 'delete old']);
});

test('a resource that has left the template is deleted at the end', async () => {
  await create({ A: {}, B: {} });
  await update({ B: {}, C: {} });
  expect(log).toEqual(['create C', 'delete A']);
});

test('a failed update puts everything back: changes, replacements, creations', async () => {
  await create({ Changed: { Value: 1 }, Replaced: { Name: 'old' }, Gone: {} });
  const stack = await update({
    Changed: { Value: 2 },
    Replaced: { Name: 'new' },
    Added: {},
    Bad: { Fail: true, $DependsOn: ['Changed', 'Replaced', 'Added'] },
  });
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(log.slice(0, 4).sort()).toEqual([
    'create Added',
    'create Bad',
    'create new',
    'update Changed',
  ]);
  expect(log.slice(4).sort()).toEqual(['delete Added', 'delete new', 'revert Changed']);
  expect(log[4]).toBe('revert Changed');
  const { StackResources } = await cloud.host.call<{
    StackResources: { PhysicalResourceId: string }[];
  }>('cloudformation', 'DescribeStackResources', { StackName });
  expect(StackResources.map(({ PhysicalResourceId }) => PhysicalResourceId).sort()).toEqual([
    'Changed',
    'Gone',
    'old',
  ]);
  expect(await statuses()).toContain('things UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
});

test('the same update can be tried again after its rollback', async () => {
  await create({ A: { Value: 1 } });
  await update({ A: { Value: 2 }, B: { Fail: true, $DependsOn: 'A' } });
  const stack = await update({ A: { Value: 2 }, B: { $DependsOn: 'A' } });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect(log).toEqual(['update A', 'create B']);
});

test('an update that changes nothing is refused', async () => {
  await create({ A: { Value: 1 } });
  await expect(update({ A: { Value: 1 } })).rejects.toMatchObject({
    code: 'ValidationError',
    message: 'No updates are to be performed.',
  });
});

test('retained resources stay, whether removed, replaced or deleted with the stack', async () => {
  const keep = { $DeletionPolicy: 'Retain', $UpdateReplacePolicy: 'Retain' };
  await create({ Removed: keep, Replaced: { Name: 'old', ...keep }, Kept: keep });
  await update({ Replaced: { Name: 'new', ...keep }, Kept: keep });
  await call('DeleteStack');
  await cloud.clock.advance(0);
  expect(log).toEqual(['create new']);
  await expect(describe()).rejects.toThrow('Stack with id things does not exist');
});

test('RetainExceptOnCreate keeps a resource unless its own creation is undone', async () => {
  await create({ A: { $DeletionPolicy: 'RetainExceptOnCreate' } });
  await update({
    B: { $DeletionPolicy: 'RetainExceptOnCreate' },
    C: { Fail: true, $DependsOn: 'B' },
  });
  expect(log).toEqual(['create B', 'create C', 'delete B']);
  await update({ B: {} });
  expect(log).toEqual(['create B']);
});

test('a stack is deleted in reverse, and stays when a resource cannot be', async () => {
  await create({ A: { FailDelete: true }, B: { $DependsOn: 'A' } });
  await call('DeleteStack');
  const stack = await settled();
  expect(stack.StackStatus).toBe('DELETE_FAILED');
  expect(stack.StackStatusReason).toContain('[A]');
  expect(log.slice(2)).toEqual(['delete B', 'delete A']);
});

test('a rollback that fails says so, and can be continued without the resource', async () => {
  await create({ A: { Value: 1, FailRevert: true } });
  const failed = await update({ A: { Value: 2 }, B: { Fail: true, $DependsOn: 'A' } });
  expect(failed.StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  await call('ContinueUpdateRollback');
  expect((await settled()).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  await call('ContinueUpdateRollback', { ResourcesToSkip: ['A'] });
  expect((await settled()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('what a stop cut off is rolled back by the next start', async () => {
  await create({ A: { Value: 1 } });
  log.length = 0;
  await call('UpdateStack', {
    TemplateBody: template({ A: { Value: 2 }, B: { $DependsOn: 'A', Wait: 600_000 } }),
  });
  await cloud.clock.advance(1000);
  await cloud.host.stop();
  expect(log).toEqual(['update A', 'create B']);

  const { clock, folder } = cloud;
  const next = await createTestHost({ providers: providers(), clock, folder });
  cloud = next;
  expect((await settled()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(log).toEqual(['update A', 'create B', 'revert A']);
});

test('cancelling an update rolls it back', async () => {
  await create({ A: { Value: 1 } });
  await call('UpdateStack', { TemplateBody: template({ A: { Value: 2, Wait: 600_000 } }) });
  await call('CancelUpdateStack');
  expect((await settled()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('a waiting resource is given up when another one fails', async () => {
  await create({ A: { Value: 1 } });
  const before = cloud.clock.now();
  await update({ A: { Value: 2, Wait: 3_600_000 }, B: { Fail: true } });
  expect(cloud.clock.now() - before).toBeLessThan(60_000);
});

test('an unknown resource type is refused before anything is made', async () => {
  const TemplateBody = JSON.stringify({ Resources: { A: { Type: 'AWS::Nobody::Has' } } });
  await expect(call('CreateStack', { TemplateBody })).rejects.toMatchObject({
    code: 'ValidationError',
    message: expect.stringContaining('AWS::Nobody::Has'),
  });
  await expect(describe()).rejects.toThrow('does not exist');
});

test('an export in use can be neither changed nor deleted', async () => {
  const exported = (value: string) => ({
    Outputs: { Out: { Value: value, Export: { Name: 'shared' } } },
  });
  await create({ A: {} }, exported('one'));
  const importing = template({ B: { Value: { 'Fn::ImportValue': 'shared' } } });
  await call('CreateStack', { StackName: 'importer', TemplateBody: importing });
  expect((await settled('importer')).StackStatus).toBe('CREATE_COMPLETE');
  expect((await update({ A: {} }, exported('two'))).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(call('DeleteStack')).rejects.toThrow('in use by importer');
});
