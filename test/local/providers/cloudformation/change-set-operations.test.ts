import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloudFormationProvider } from '../../../../local/providers/cloudformation/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';
import { createThings } from '../../../fixtures/thing-provider.ts';

const StackName = 'reviewed';
let cloud: TestCloud;
let client: CloudFormationClient;

beforeAll(async () => {
  const providers = { things: createThings([]), cloudformation: createCloudFormationProvider };
  cloud = await startTestCloud({ providers });
  client = new CloudFormationClient(cloud.client);
});

afterAll(() => cloud.stop());

const thing = (Properties: object) => ({ Type: 'Test::Thing', Properties });

async function review(
  ChangeSetName: string,
  Resources: object,
  more: Partial<CreateChangeSetCommandInput> = {},
) {
  const TemplateBody = JSON.stringify({
    Parameters: { Secret: { Type: 'String', NoEcho: true, Default: 'hidden' } },
    Resources,
  });
  const named = { StackName, ChangeSetName };
  await client.send(new CreateChangeSetCommand({ ...named, TemplateBody, ...more }));
  return client.send(new DescribeChangeSetCommand(named));
}

test('a change set for a new stack waits for its execution', async () => {
  const set = await review(
    'first',
    { A: thing({ Name: 'a', Value: 1 }), B: thing({ Value: { 'Fn::GetAtt': 'A.Arn' } }) },
    { ChangeSetType: 'CREATE' },
  );
  expect(set).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  expect(set.Changes?.map(({ ResourceChange }) => ResourceChange?.Action)).toEqual(['Add', 'Add']);
  const stacks = await client.send(new DescribeStacksCommand({ StackName }));
  expect(stacks.Stacks?.[0]?.StackStatus).toBe('REVIEW_IN_PROGRESS');

  await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'first' }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 10, minDelay: 1 }, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks?.[0]?.Parameters).toEqual([{ ParameterKey: 'Secret', ParameterValue: '****' }]);
});

test('a change set tells what is added, changed, replaced and removed', async () => {
  const set = await review('second', {
    A: thing({ Name: 'other', Value: 1 }),
    C: thing({ Value: { Ref: 'A' } }),
  });
  const changes = set.Changes?.map(({ ResourceChange: change }) => [
    change?.Action,
    change?.LogicalResourceId,
    change?.Replacement,
  ]);
  expect(changes).toEqual([
    ['Modify', 'A', 'True'],
    ['Add', 'C', undefined],
    ['Remove', 'B', undefined],
  ]);
});

test('what depends on a replaced resource is changed as well', async () => {
  const set = await review('third', {
    A: thing({ Name: 'other', Value: 1 }),
    B: thing({ Value: { 'Fn::GetAtt': 'A.Arn' } }),
  });
  const [, change] = set.Changes ?? [];
  expect(change?.ResourceChange).toMatchObject({
    LogicalResourceId: 'B',
    Replacement: 'False',
    Details: [{ Target: { Name: 'Value', RequiresRecreation: 'Never' } }],
  });
});

test('an empty change set fails with the sentence that the CDK CLI looks for', async () => {
  const set = await review('empty', {
    A: thing({ Name: 'a', Value: 1 }),
    B: thing({ Value: { 'Fn::GetAtt': 'A.Arn' } }),
  });
  expect(set.Status).toBe('FAILED');
  expect(set.StatusReason).toContain("The submitted information didn't contain changes.");
  await expect(
    client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'empty' })),
  ).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
});

test('a template comes back as it was given', async () => {
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName }));
  expect(Object.keys(JSON.parse(TemplateBody ?? '').Resources)).toEqual(['A', 'B']);
});

test('a stack that is not there is missed in the words of AWS', async () => {
  const missing = client.send(new DescribeStacksCommand({ StackName: 'nowhere' }));
  await expect(missing).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id nowhere does not exist',
  });
});

test('the change sets of a stack go with it: a new stack of its name may have one of the same name', async () => {
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 10, minDelay: 1 }, { StackName });
  const set = await review('first', { A: thing({ Name: 'anew' }) }, { ChangeSetType: 'CREATE' });
  expect(set).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
});
