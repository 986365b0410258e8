import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realTime } from '../../../../local/host/real-time.ts';
import { ExecutionEnvironment } from '../../../../local/providers/lambda/execution-environment.ts';

/** A process that only stays: the test itself plays the runtime, by node:http. */
const STAY = 'setInterval(() => {}, 1000);';
const API = '/2018-06-01/runtime';

let folder: string;
let socket: string;
let environment: ExecutionEnvironment;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  socket = join(folder, 'api.sock');
  const runtime = join(folder, 'stay.cjs');
  writeFileSync(runtime, STAY);
  environment = new ExecutionEnvironment({ runtime, socket, bootVariables: {}, time: realTime });
});
afterEach(async () => {
  environment.kill();
  await environment.whenEnded;
  rmSync(folder, { recursive: true, force: true });
});

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

function call(method: string, path: string, options: Call = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { headers = {}, chunks = [], trailers } = options;
    const outgoing = request({ socketPath: socket, method, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    if (trailers) outgoing.addTrailers(trailers);
    outgoing.end();
  });
}

interface Call {
  readonly headers?: Record<string, string>;
  readonly chunks?: readonly string[];
  readonly trailers?: Record<string, string>;
}

const INVOCATION = {
  requestId: 'one',
  payload: Buffer.from('{"a":1}'),
  timeoutMs: 5000,
  functionArn: 'arn:f',
  traceId: 'Root=1',
};

/** Goes as far as an event is under way, and gives its end. */
async function begin(more: object = {}) {
  const initialized = environment.initialize({ A: 'b' }, 5000);
  const next = call('GET', `${API}/invocation/next`);
  expect(await initialized).toEqual({ kind: 'ready' });
  const outcome = environment.invoke({ ...INVOCATION, ...more }).then((turn) => {
    if (turn === 'unbegun') throw new Error('It was begun');
    return turn.outcome;
  });
  return { outcome, next: await next };
}

describe('the Runtime API', () => {
  it('tells a process what it is to become', async () => {
    const asked = call('GET', '/siskin/assignment');
    void environment.initialize({ _HANDLER: 'index.handler', TEXT: 'gr\u00fcn' }, 5000);
    expect(JSON.parse((await asked).body)).toEqual({
      variables: { _HANDLER: 'index.handler', TEXT: 'gr\u00fcn' },
    });
  });

  it('serves an event with the headers of Lambda', async () => {
    const { next, outcome } = await begin({ clientContext: 'e30=' });
    expect(next).toMatchObject({ status: 200, body: '{"a":1}' });
    expect(next.headers).toMatchObject({
      'lambda-runtime-aws-request-id': 'one',
      'lambda-runtime-invoked-function-arn': 'arn:f',
      'lambda-runtime-trace-id': 'Root=1',
      'lambda-runtime-client-context': 'e30=',
    });
    expect(Number(next.headers['lambda-runtime-deadline-ms'])).toBeGreaterThan(Date.now());
    const accepted = await call('POST', `${API}/invocation/one/response`, { chunks: ['"fine"'] });
    expect(accepted.status).toBe(202);
    expect(await outcome).toEqual({ kind: 'answer', payload: Buffer.from('"fine"') });
  });

  it('takes an answer in chunks, of known or unknown length', async () => {
    const { outcome } = await begin();
    await call('POST', `${API}/invocation/one/response`, { chunks: ['"a', 'b', 'c"'] });
    expect((await outcome).kind).toBe('answer');
    expect(await outcome).toMatchObject({ payload: Buffer.from('"abc"') });
  });

  it('takes an error report', async () => {
    const { outcome } = await begin();
    const body = '{"errorType":"E","errorMessage":"m"}';
    await call('POST', `${API}/invocation/one/error`, {
      headers: { 'Lambda-Runtime-Function-Error-Type': 'Runtime.E' },
      chunks: [body],
    });
    expect(await outcome).toEqual({
      kind: 'error',
      errorType: 'Runtime.E',
      payload: Buffer.from(body),
    });
  });

  it('takes the report of a failed initialization', async () => {
    const initialized = environment.initialize({}, 5000);
    await call('POST', `${API}/init/error`, { chunks: ['{"errorMessage":"m"}'] });
    expect(await initialized).toMatchObject({ kind: 'error', errorType: 'Unhandled' });
  });

  it('hands a streamed answer on as it comes', async () => {
    const parts: string[] = [];
    const stream = {
      begin: (type: string) => parts.push(type),
      chunk: (data: Buffer) => parts.push(data.toString()),
    };
    const { outcome } = await begin({ stream });
    await call('POST', `${API}/invocation/one/response`, {
      headers: {
        'Content-Type': 'text/x',
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Transfer-Encoding': 'chunked',
      },
      chunks: ['a', 'b'],
    });
    expect((await outcome).kind).toBe('answer');
    expect(parts[0]).toBe('text/x');
    expect(parts.slice(1).join('')).toBe('ab');
  });

  it('learns from trailers that a streamed answer broke', async () => {
    const { outcome } = await begin();
    await call('POST', `${API}/invocation/one/response`, {
      headers: {
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Transfer-Encoding': 'chunked',
        Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
      },
      chunks: ['a'],
      trailers: {
        'Lambda-Runtime-Function-Error-Type': 'E',
        'Lambda-Runtime-Function-Error-Body': Buffer.from('{"m":1}').toString('base64'),
      },
    });
    expect(await outcome).toEqual({
      kind: 'broken-stream',
      errorType: 'E',
      payload: Buffer.from('{"m":1}'),
    });
  });

  it('refuses an answer to an event that is not under way', async () => {
    await begin();
    const answer = await call('POST', `${API}/invocation/other/response`, { chunks: ['1'] });
    expect(answer).toMatchObject({ status: 400, body: '{"errorType":"InvalidRequestID"}' });
  });

  it('knows no other place', async () => {
    expect((await call('GET', '/2018-06-01/else')).status).toBe(404);
    expect((await call('DELETE', `${API}/invocation/next`)).status).toBe(404);
  });

  it('ends a process that does not speak HTTP', async () => {
    const { connect } = await import('node:net');
    const initialized = environment.initialize({}, 5000);
    const raw = connect(socket);
    raw.write('what is this\r\n\r\n');
    expect(await initialized).toMatchObject({ kind: 'exit' });
    raw.destroy();
  });
});
