import { connect } from 'node:net';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsError } from '../../../local/host/aws-error.ts';
import type { CreateProvider } from '../../../local/host/provider.ts';
import { startTestCloud, type TestCloud } from '../../fixtures/local-cloud.ts';

const faults: [string, unknown][] = [];
const broken: CreateProvider = () => ({
  operations: {
    GetCallerIdentity: () => {
      throw new TypeError('a fault of ours');
    },
  },
  resources: {},
});
const lambda: CreateProvider = () => ({
  operations: {
    GetFunction: () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
    },
    Invoke: (input: Record<string, unknown>) => ({
      StatusCode: 202,
      ExecutedVersion: '7',
      Payload: Buffer.from(JSON.stringify({ ...input, Payload: String(input.Payload) })),
    }),
  },
  resources: {},
  routes: [
    { method: 'GET', path: '/2015-03-31/functions/{FunctionName}', operation: 'GetFunction' },
    {
      method: 'POST',
      path: '/2015-03-31/functions/{FunctionName}/invocations',
      operation: 'Invoke',
      inputBlob: 'Payload',
      inputNames: { InvocationType: 'X-Amz-Invocation-Type' },
      outputBlob: 'Payload',
      outputStatus: 'StatusCode',
      outputHeaders: { ExecutedVersion: 'X-Amz-Executed-Version' },
    },
  ],
});
const traffic: CreateProvider = () => ({
  operations: {},
  resources: {},
  http: (request, response) => response.end(`traffic ${request.url}`),
});

let cloud: TestCloud;

beforeAll(async () => {
  const log = {
    info() {},
    warn() {},
    error: (message: string, cause: unknown) => void faults.push([message, cause]),
  };
  const cloudwatch: CreateProvider = () => ({ operations: {}, resources: {} });
  const providers = { cloudwatch, lambda, sts: broken, traffic };
  cloud = await startTestCloud({ log, providers });
});

afterAll(() => cloud.stop());

test('a REST call has its members from path, query, headers and body', async () => {
  const client = new LambdaClient(cloud.client);
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: 'a:live',
      Qualifier: '3',
      InvocationType: 'Event',
      Payload: 'hello',
    }),
  );
  expect(answer).toMatchObject({ StatusCode: 202, ExecutedVersion: '7' });
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({
    FunctionName: 'a:live',
    Qualifier: '3',
    InvocationType: 'Event',
    Payload: 'hello',
  });
});

test('an error of an operation reaches the client under its own name', async () => {
  const client = new LambdaClient(cloud.client);
  await expect(client.send(new GetFunctionCommand({ FunctionName: 'none' }))).rejects.toMatchObject(
    { name: 'ResourceNotFoundException', message: 'Function not found' },
  );
});

test('an operation that the cloud lacks is named, in every protocol', async () => {
  const unknown = { name: 'UnknownOperationException' };
  await expect(
    new CloudWatchClient(cloud.client).send(new ListMetricsCommand({})),
  ).rejects.toMatchObject({ ...unknown, message: expect.stringContaining('ListMetrics') });
  await expect(
    new STSClient(cloud.client).send(new GetSessionTokenCommand({})),
  ).rejects.toMatchObject({ ...unknown, message: expect.stringContaining('GetSessionToken') });
  await expect(
    new SSMClient(cloud.client).send(new GetParameterCommand({ Name: 'x' })),
  ).rejects.toMatchObject({ ...unknown, message: expect.stringContaining('service ssm') });
});

test('a fault of the cloud is logged with the request id, and told without its stack', async () => {
  const failing = new STSClient(cloud.client).send(new GetCallerIdentityCommand({}));
  const error = await failing.catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  const [message, cause] = faults.at(-1) ?? [];
  const requestId = /request id (\S+)\)/.exec(message ?? '')?.[1];
  expect(String(error)).toContain(requestId);
  expect(String(error)).not.toContain('a fault of ours');
  expect(cause).toBeInstanceOf(TypeError);
});

test('what carries no signature is traffic for an API', async () => {
  const answer = await fetch(`${cloud.endpoint}/v2/models?x=1`);
  expect(await answer.text()).toBe('traffic /v2/models?x=1');
});

test('a client that goes away in the middle of a request disturbs nobody', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(cloud.port, '127.0.0.1', () => {
      socket.write(
        'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\nx-amz-target: A.B\r\n' +
          'authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ssm/aws4_request\r\n\r\n{',
        () => socket.destroy(),
      );
    });
    socket.on('close', () => resolve());
  });
  expect((await fetch(cloud.endpoint)).status).toBe(200);
});
