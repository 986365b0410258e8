import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createSsmProvider } from '../../../../local/providers/ssm/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

const clock = new ManualClock();
let cloud: TestCloud;
let ssm: SSMClient;

beforeAll(async () => {
  cloud = await startTestCloud({ clock, providers: { ssm: createSsmProvider } });
  ssm = new SSMClient(cloud.client);
});

afterAll(() => cloud.stop());

test('a parameter is read back with its version and the time it was written', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'one', Type: 'String' }));
  await ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'two', Overwrite: true }));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a/b' }));
  expect(Parameter).toMatchObject({
    Value: 'two',
    Version: 2,
    LastModifiedDate: new Date(clock.now()),
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
  });
});

test('an existing parameter is not overwritten by accident', async () => {
  const put = new PutParameterCommand({ Name: '/once', Value: 'x', Type: 'String' });
  await ssm.send(put);
  await expect(ssm.send(put)).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
});

test('reading by path stays on one level unless it is recursive', async () => {
  for (const name of ['/tree/x', '/tree/y', '/tree/deep/z']) {
    await ssm.send(new PutParameterCommand({ Name: name, Value: name, Type: 'String' }));
  }
  const names = async (Recursive: boolean) => {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: '/tree', Recursive }));
    return page.Parameters?.map(({ Name }) => Name);
  };
  expect(await names(false)).toEqual(['/tree/x', '/tree/y']);
  expect(await names(true)).toEqual(['/tree/deep/z', '/tree/x', '/tree/y']);
});

test('missing parameters are named', async () => {
  const found = await ssm.send(new GetParametersCommand({ Names: ['/missing'] }));
  expect(found.InvalidParameters).toEqual(['/missing']);
  await expect(ssm.send(new DeleteParameterCommand({ Name: '/missing' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('the time scale sets the rate of the clock, and refuses what is no rate', async () => {
  const Name = '/local-cloud/time-scale';
  await ssm.send(new PutParameterCommand({ Name, Value: '20', Overwrite: true }));
  expect(clock.rate).toBe(20);
  for (const Value of ['0', '-1', 'fast', '1e9']) {
    await expect(
      ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  }
  expect(clock.rate).toBe(20);
});
