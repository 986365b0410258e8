import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStsProvider } from '../../../../local/providers/sts/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

let cloud: TestCloud;
let sts: STSClient;

beforeAll(async () => {
  cloud = await startTestCloud({ providers: { sts: createStsProvider } });
  sts = new STSClient(cloud.client);
});

afterAll(() => cloud.stop());

test('every caller is the root of the account', async () => {
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
  });
});

test('an assumed role has credentials that expire in the future', async () => {
  const { Credentials, AssumedRoleUser } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::000000000000:role/path/deployer',
      RoleSessionName: 'me',
    }),
  );
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/deployer/me');
  expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now());
});

test('something that is no role cannot be assumed', async () => {
  const command = new AssumeRoleCommand({
    RoleArn: 'arn:aws:s3:::no-role-at-all',
    RoleSessionName: 'me',
  });
  await expect(sts.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
});
