import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  ModelError,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../../../local/wire/dispatch.ts';
import { EndpointCloud } from './endpoint-cloud.ts';

let cloud: EndpointCloud;
let server: Server;
let client: SageMakerRuntimeClient;

beforeAll(async () => {
  cloud = await EndpointCloud.start();
  await cloud.endpoint('one');
  server = createServer((request, response) => dispatch(cloud.host, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SageMakerRuntimeClient({
    endpoint: address(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await cloud.stop();
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the unmodified SDK', () => {
  it('invokes an endpoint with bytes, types and attributes', async () => {
    const answer = await client.send(
      new InvokeEndpointCommand({
        EndpointName: 'shop',
        Body: Buffer.from('headers'),
        ContentType: 'application/vnd.sagemaker-triton.binary+json;json-header-size=7',
        Accept: 'application/json',
        CustomAttributes: 'trace=1',
        InferenceId: 'order-7',
      }),
    );
    expect(answer).toMatchObject({
      ContentType: 'application/json',
      InvokedProductionVariant: 'live',
      CustomAttributes: 'trace=1',
    });
    const { headers } = JSON.parse(answer.Body.transformToString());
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.sagemaker-triton.binary+json;json-header-size=7',
      'x-amzn-sagemaker-inference-id': 'order-7',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-'))).toEqual([]);
    expect(headers.authorization).toBeUndefined();
  });

  it('sees what the container refused', async () => {
    const call = client.send(
      new InvokeEndpointCommand({
        EndpointName: 'shop',
        Body: Buffer.from('status 422 wrong shape'),
      }),
    );
    const error = await call.catch((reason) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({
      OriginalStatusCode: 422,
      OriginalMessage: 'wrong shape',
      LogStreamArn: expect.stringContaining('/aws/sagemaker/Endpoints/shop'),
      $metadata: { httpStatusCode: 424 },
    });
  });

  it('sees an endpoint that does not exist as a ValidationError', async () => {
    const call = client.send(
      new InvokeEndpointCommand({ EndpointName: 'none', Body: Buffer.from('x') }),
    );
    await expect(call).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint none of account 000000000000 not found.',
    });
  });

  it('is told 202 and the places of the answer by an asynchronous endpoint', async () => {
    const AsyncInferenceConfig = { OutputConfig: { S3OutputPath: 's3://data/out' } };
    await cloud.model('later');
    await cloud.config('later', {}, { AsyncInferenceConfig });
    await cloud.call('CreateEndpoint', { EndpointName: 'later', EndpointConfigName: 'later' });
    let status = '';
    while (status !== 'InService') {
      const described = await cloud.call('DescribeEndpoint', { EndpointName: 'later' });
      status = described.EndpointStatus;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const answer = await client.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: 'later',
        InputLocation: 's3://data/in',
        ContentType: 'text/plain',
      }),
    );
    expect(answer).toMatchObject({
      OutputLocation: expect.stringMatching(/^s3:\/\/data\/out\/[0-9a-f-]+\.out$/),
      InferenceId: expect.any(String),
      $metadata: { httpStatusCode: 202 },
    });
  });
});

describe('a signed request in AWS JSON', () => {
  it('reaches the operations of endpoints', async () => {
    const response = await fetch(address(), {
      method: 'POST',
      headers: {
        'x-amz-target': 'SageMaker.DescribeEndpoint',
        'content-type': 'application/x-amz-json-1.1',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify({ EndpointName: 'shop' }),
    });
    expect(await response.json()).toMatchObject({ EndpointStatus: 'InService' });
  });
});
