import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { CannotStart } from '../../local/host/cannot-start.ts';
import { startLocalCloud } from '../../local/local-cloud.ts';
import { startTestCloud } from '../fixtures/local-cloud.ts';

const newState = () => mkdtempSync(join(tmpdir(), 'cloud-'));
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

test('a cloud comes bootstrapped for the CDK', async () => {
  const cloud = await startTestCloud();
  const { Stacks } = await new CloudFormationClient(cloud.client).send(
    new DescribeStacksCommand({ StackName: 'CDKToolkit' }),
  );
  expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
  expect(Stacks?.[0]?.Outputs).toContainEqual({
    OutputKey: 'BucketName',
    OutputValue: 'cdk-hnb659fds-assets-000000000000-us-east-1',
  });
  await cloud.stop();
});

test('a cloud on the same state knows what the last one knew', async () => {
  const state = newState();
  const client = (endpoint: string) =>
    new SSMClient({ endpoint, credentials, region: 'us-east-1' });
  const first = await startLocalCloud({ state, port: 0 });
  await client(first.endpoint).send(
    new PutParameterCommand({ Name: '/kept', Value: 'yes', Type: 'String' }),
  );
  await first.stop();
  const second = await startLocalCloud({ state, port: 0 });
  const { Parameter } = await client(second.endpoint).send(
    new GetParameterCommand({ Name: '/kept' }),
  );
  expect(Parameter?.Value).toBe('yes');
  await second.stop();
});

test('a second cloud on the same state is told who has it', async () => {
  const state = newState();
  const cloud = await startLocalCloud({ state, port: 0 });
  const second = startLocalCloud({ state, port: 0 });
  await expect(second).rejects.toThrow(CannotStart);
  await expect(second).rejects.toThrow(`serves port ${cloud.port}`);
  await cloud.stop();
});

test('a port in use is said, and the state is free again', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const state = newState();
  await expect(startLocalCloud({ state, port })).rejects.toThrow(`Port ${port} is in use`);
  await (await startLocalCloud({ state, port: 0 })).stop();
  server.close();
});
