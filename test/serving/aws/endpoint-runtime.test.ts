import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../../../functions/endpoint-proxy/endpoint-failure.ts';
import { createEndpointRuntime } from '../../../serving/aws/endpoint-runtime.ts';
import type { HttpSend } from '../../../serving/aws/http-send.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server;
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

/** SageMaker's runtime on the wire: answers one after the other, and what it was sent. */
async function wire(...answers: Answer[]) {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const sockets = new Set<unknown>();
  server = createServer(async (request, response) => {
    sockets.add(request.socket);
    seen.push({ request, body: await text(request) });
    const { status, headers = {}, body = '' } = answers.shift() ?? { status: 500 };
    response.writeHead(status, headers).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  return { seen, sockets };
}

const { signal } = new AbortController();
const question = {
  body: Buffer.from('{}'),
  contentType: 'application/json',
  inferenceId: 'request-1',
  customAttributes: 'request-1;trace',
};

describe("SageMaker's runtime", () => {
  it('gets the request with its ids, and gives body, type and variant back', async () => {
    const { seen } = await wire({
      status: 200,
      headers: { 'content-type': 'text/x', 'x-amzn-invoked-production-variant': 'live' },
      body: 'answer',
    });
    const runtime = createEndpointRuntime({ endpoint: 'e', component: 'c' });
    const answer = await runtime.invoke(question, signal);
    expect(answer).toEqual({
      bytes: Buffer.from('answer'),
      contentType: 'text/x',
      variant: 'live',
    });
    expect(seen).toMatchObject([
      {
        body: '{}',
        request: {
          method: 'POST',
          url: '/endpoints/e/invocations',
          headers: {
            'content-type': 'application/json',
            accept: '*/*',
            'x-amzn-sagemaker-inference-id': 'request-1',
            'x-amzn-sagemaker-custom-attributes': 'request-1;trace',
            'x-amzn-sagemaker-inference-component': 'c',
          },
        },
      },
    ]);
  });

  it('sends one request after the other over the same connection', async () => {
    const { seen, sockets } = await wire({ status: 200 }, { status: 200 }, { status: 200 });
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined });
    for (const _ of [1, 2, 3]) await runtime.invoke(question, signal);
    expect([seen.length, sockets.size]).toEqual([3, 1]);
  });

  it("throws what tells the container's own status", async () => {
    await wire({
      status: 424,
      headers: { 'x-amzn-errortype': 'ModelError', 'content-type': 'application/json' },
      body: '{"Message":"m","OriginalStatusCode":400,"OriginalMessage":"{\\"error\\":\\"no\\"}"}',
    });
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined });
    const cause = await runtime.invoke(question, signal).catch((error: unknown) => error);
    expect(failureOf(cause)).toMatchObject({ code: 'signature_mismatch', message: 'no' });
  });

  it('tries once more what the service could not take, and no more than that', async () => {
    const busy = {
      status: 503,
      headers: { 'x-amzn-errortype': 'ServiceUnavailable', 'content-type': 'application/json' },
      body: '{"Message":"busy"}',
    };
    const { seen } = await wire(busy, { status: 200, body: 'answer' }, busy, busy, busy);
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined });
    expect((await runtime.invoke(question, signal)).bytes.toString()).toBe('answer');
    const cause = await runtime.invoke(question, signal).catch((error: unknown) => error);
    expect(failureOf(cause).code).toBe('model_not_ready');
    expect(seen.length).toBe(4);
  });

  it('queues a request by the place of its body', async () => {
    const { seen } = await wire({
      status: 202,
      headers: {
        'x-amzn-sagemaker-outputlocation': 's3://b/o',
        'x-amzn-sagemaker-failurelocation': 's3://b/f',
        'content-type': 'application/json',
      },
      body: '{"InferenceId":"request-1"}',
    });
    const { body: _, ...rest } = question;
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined });
    const receipt = await runtime.invokeAsync({ ...rest, inputLocation: 's3://b/i' }, signal);
    expect(receipt).toEqual({
      inferenceId: 'request-1',
      outputLocation: 's3://b/o',
      failureLocation: 's3://b/f',
    });
    expect(seen[0]?.request).toMatchObject({
      url: '/endpoints/e/async-invocations',
      headers: { 'x-amzn-sagemaker-inputlocation': 's3://b/i' },
    });
  });

  it('asks the endpoint of the runtime that the SDK would ask, with a signature for it', async () => {
    const sent: [string, Record<string, string>][] = [];
    const send: HttpSend = async (url, { headers }) => {
      sent.push([url, headers]);
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    };
    const credentials = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
    const given = { AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: 'http://127.0.0.1:1' };
    for (const env of [{}, given]) {
      const region = { AWS_REGION: 'eu-west-1', ...credentials, ...env };
      const options = { endpoint: 'e', component: undefined, env: region, send };
      await createEndpointRuntime(options).invoke(question, signal);
    }
    const path = '/endpoints/e/invocations';
    expect(sent.map(([url]) => url)).toEqual([
      `https://runtime.sagemaker.eu-west-1.amazonaws.com${path}`,
      `http://127.0.0.1:1${path}`,
    ]);
    expect(sent[0]?.[1].Authorization).toMatch(/AKID\/\d{8}\/eu-west-1\/sagemaker\/aws4_request/);
  });

  it('says of an endpoint that cannot be reached that it is not ready', async () => {
    await wire();
    server.close();
    server.closeAllConnections();
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined });
    const cause = await runtime.invoke(question, signal).catch((error: unknown) => error);
    expect(failureOf(cause).code).toBe('model_not_ready');
  });

  it('is given up when nobody waits for the answer any more', async () => {
    const abort = new AbortController();
    const send: HttpSend = (_, message) =>
      new Promise((_resolve, reject) => {
        message.signal.addEventListener('abort', () => reject(message.signal.reason));
      });
    const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const runtime = createEndpointRuntime({ endpoint: 'e', component: undefined, env, send });
    const answer = runtime.invoke(question, abort.signal);
    abort.abort();
    await expect(answer).rejects.toThrow('aborted');
  });
});
