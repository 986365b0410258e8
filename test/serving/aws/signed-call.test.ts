import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpMessage } from '../../../serving/aws/http-send.ts';
import { type AwsCall, createSignedCall } from '../../../serving/aws/signed-call.ts';

const { signal } = new AbortController();
const env = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
};
const target = 'arn:aws:lambda:us-east-1:123456789012:function:plus:3';
const invoke: AwsCall = {
  service: 'lambda',
  operation: 'Invoke',
  method: 'POST',
  path: `/2015-03-31/functions/${encodeURIComponent(target)}/invocations`,
  headers: { 'content-type': 'application/json' },
  body: '{"x":1}',
  signal,
};

type Reply = Partial<Omit<HttpAnswer, 'body'>> & { body?: string };

/** A service that gives these answers in turn; an Error is no answer. */
function service(replies: readonly (Reply | Error)[], variables: Record<string, string> = {}) {
  const sent: (HttpMessage & { url: string })[] = [];
  const pauses: number[] = [];
  const call = createSignedCall({
    env: { ...env, ...variables },
    send: async (url, message) => {
      const reply = replies[sent.length] ?? {};
      sent.push({ url, ...message });
      if (reply instanceof Error) throw reply;
      const { status = 200, headers = {}, body = '{}' } = reply;
      return { status, headers, body: Buffer.from(body) };
    },
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
    random: () => 0.5,
  });
  return { call, sent, pauses };
}

/** What the SDK signs for the same call. */
async function signedBySdk(): Promise<Record<string, string>> {
  let headers: Record<string, string> = {};
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
  const client = new LambdaClient({
    region: 'us-east-1',
    credentials,
    requestHandler: {
      handle: async (request: { headers: Record<string, string> }) => {
        headers = request.headers;
        throw new Error('seen');
      },
    } as never,
    maxAttempts: 1,
  });
  const command = new InvokeCommand({ FunctionName: target, Payload: Buffer.from(invoke.body) });
  await client.send(command).catch(() => {});
  return headers;
}

describe('A call to AWS', () => {
  it('is signed as the SDK signs it, colons of an ARN in the path included', async () => {
    const sdk = await signedBySdk();
    const names = /SignedHeaders=([^,]+)/.exec(sdk.authorization as string)?.[1]?.split(';') ?? [];
    const headers = names
      .filter((name) => name !== 'host')
      .map((name) => [name, String(sdk[name])] as const);
    const { call, sent } = service([]);
    await call({ ...invoke, headers: Object.fromEntries(headers) });
    expect(sent[0]?.headers.Authorization).toBe(sdk.authorization);
  });

  it.each([
    [{}, 'https://lambda.us-east-1.amazonaws.com/'],
    [{ AWS_REGION: 'cn-north-1' }, 'https://lambda.cn-north-1.amazonaws.com.cn/'],
    [{ AWS_ENDPOINT_URL: 'http://localhost:8080/' }, 'http://localhost:8080/'],
    [
      { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_LAMBDA: 'http://its-own' },
      'http://its-own/',
    ],
  ])('with %j goes to %s', async (variables, url) => {
    const { call, sent } = service([], variables as Record<string, string>);
    await call({ ...invoke, path: '/' });
    expect(sent[0]?.url).toBe(url);
  });

  it('is made again after a fault, being throttled or a lost connection, each time later', async () => {
    const throttled = { status: 400, body: '{"__type":"x#ThrottlingException"}' };
    const { call, pauses } = service([{ status: 503 }, throttled, new Error('reset'), {}]);
    expect((await call(invoke)).status).toBe(200);
    expect(pauses).toEqual([50, 100, 200]);
  });

  it('gives up after four attempts with the last reason', async () => {
    const { call, sent } = service(Array(9).fill({ status: 500, body: '<html>' }));
    await expect(call(invoke)).rejects.toThrow('lambda Invoke failed: HTTP 500: <html>');
    expect(sent).toHaveLength(4);
  });

  it.each([
    [
      { status: 404, body: '{"__type":"ResourceNotFoundException","Message":"no plus"}' },
      'lambda Invoke failed: ResourceNotFoundException: no plus',
    ],
    [
      {
        status: 403,
        headers: { 'x-amzn-errortype': 'AccessDeniedException:http://x' },
        body: '{"message":"not you"}',
      },
      'lambda Invoke failed: AccessDeniedException: not you',
    ],
    [{ status: 400, body: '[]' }, 'lambda Invoke failed: HTTP 400: []'],
  ])('that is refused by %j is not made again and says why', async (reply, message) => {
    const { call, sent } = service([reply as Reply]);
    await expect(call(invoke)).rejects.toThrow(message);
    expect(sent).toHaveLength(1);
  });

  it('whose time is over is not made again', async () => {
    const over = AbortSignal.abort();
    const { call, sent } = service([new DOMException('too late', 'AbortError')]);
    await expect(call({ ...invoke, signal: over })).rejects.toThrow('AbortError: too late');
    expect(sent).toHaveLength(1);
  });

  it('needs credentials and a region', async () => {
    const call = createSignedCall({ env: { AWS_REGION: 'us-east-1' } });
    await expect(call(invoke)).rejects.toThrow('AWS_ACCESS_KEY_ID is not set');
    await expect(createSignedCall({ env: {} })(invoke)).rejects.toThrow('AWS_DEFAULT_REGION');
  });
});
