import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { ResourceType } from '../../../../local/host/provider.ts';
import { createIamProvider } from '../../../../local/providers/iam/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

let cloud: TestHost<ManualClock>;

beforeAll(async () => {
  cloud = await createTestHost({ providers: { iam: createIamProvider } });
});

afterAll(() => cloud.stop());

const type = (name: string) => cloud.host.resourceType(name) as ResourceType;
const request = (properties: Record<string, unknown>) => ({
  stackName: 'stack',
  stackId: 'id',
  logicalId: 'Logical',
  properties,
  rollingBack: false,
  signal: new AbortController().signal,
});
const allow = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

test('an update of a role leaves the policies alone that others have put on it', async () => {
  const properties = {
    RoleName: 'worker',
    AssumeRolePolicyDocument: {},
    Policies: [{ PolicyName: 'own', PolicyDocument: allow }],
  };
  const role = await type('AWS::IAM::Role').create(request(properties));
  const policy = { PolicyName: 'added', PolicyDocument: allow, Roles: ['worker'] };
  await type('AWS::IAM::Policy').create(request(policy));
  const current = { ...role, properties, attributes: role.attributes ?? {} };
  const { Policies: _none, ...without } = properties;
  await type('AWS::IAM::Role').update?.(request(without), current);
  const listed = await cloud.host.call('iam', 'ListRolePolicies', { RoleName: 'worker' });
  expect(listed).toMatchObject({ PolicyNames: ['added'] });
  expect(role.attributes?.Arn).toBe('arn:aws:iam::000000000000:role/worker');
});

test('documents are answered percent-encoded', async () => {
  await type('AWS::IAM::Role').create(
    request({ RoleName: 'encoded', AssumeRolePolicyDocument: allow }),
  );
  const { Role } = await cloud.host.call<{ Role: { AssumeRolePolicyDocument: string } }>(
    'iam',
    'GetRole',
    { RoleName: 'encoded' },
  );
  expect(JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument))).toEqual(allow);
});

test('a role that has policies is not deleted through the API', async () => {
  await type('AWS::IAM::Role').create(
    request({
      RoleName: 'busy',
      AssumeRolePolicyDocument: {},
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    }),
  );
  await expect(cloud.host.call('iam', 'DeleteRole', { RoleName: 'busy' })).rejects.toMatchObject({
    code: 'DeleteConflict',
  });
});

test('a managed policy is attached to its roles and taken off them when it goes', async () => {
  await type('AWS::IAM::Role').create(
    request({ RoleName: 'managed', AssumeRolePolicyDocument: {} }),
  );
  const properties = { PolicyDocument: allow, Roles: ['managed'] };
  const policy = await type('AWS::IAM::ManagedPolicy').create(request(properties));
  const attached = () =>
    cloud.host.call('iam', 'ListAttachedRolePolicies', { RoleName: 'managed' });
  expect(await attached()).toMatchObject({
    AttachedPolicies: [{ PolicyArn: policy.physicalId }],
  });
  await type('AWS::IAM::ManagedPolicy').delete(
    { physicalId: policy.physicalId, properties, attributes: {} },
    { stackName: 'stack', stackId: 'id', logicalId: 'Logical' },
  );
  expect(await attached()).toMatchObject({ AttachedPolicies: [] });
});
