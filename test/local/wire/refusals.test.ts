import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LoopbackServer, listenOnLoopback } from '../../../local/wire/server.ts';
import { exchange } from '../../conformance/raw-http.ts';

const head = (method: string, ...headers: string[]) =>
  [`${method} /x HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n');
const chunked = head('POST', 'Transfer-Encoding: chunked');

let server: LoopbackServer;
let waiting: ServerResponse[] = [];

/** Answers GET once the test lets it, and everything else never. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET') waiting.push(response);
  else request.resume();
}

beforeAll(async () => {
  server = await listenOnLoopback(0);
  server.serve(answer);
});

afterAll(() => server.stop());

it.each([
  ['that is no HTTP', 'nonsense\r\n\r\n', 400],
  ['without a Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['with headers beyond the limit', head('GET', `x: ${'a'.repeat(20_000)}`), 431],
  ['with an expectation', head('POST', 'Expect: tea'), 417],
  ['for a tunnel', head('CONNECT'), 405],
  ['that breaks off in its body', `${chunked}zz\r\n`, 400],
])('refuses a request %s in JSON', async (_, bytes, status) => {
  const [refusal] = await exchange(server.port, bytes);
  expect(refusal).toMatchObject({ status, headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(String(refusal?.bytes))).toEqual({ error: expect.any(String) });
});

it('answers a client that has closed its side', async () => {
  waiting = [];
  const answers = exchange(server.port, head('GET'), 1, 'half-closed');
  await expect.poll(() => waiting.length).toBe(1);
  waiting[0]?.end('{}');
  expect(String((await answers)[0]?.bytes)).toBe('{}');
});

it.each([
  ['in its head', 'nonsense\r\n\r\n'],
  ['in its body', `${chunked}zz\r\n`],
])('answers what came before a request that is broken %s', async (_, broken) => {
  waiting = [];
  const answers = exchange(server.port, head('GET') + head('GET') + broken, 3);
  await expect.poll(() => waiting.length).toBe(2);
  for (const response of waiting.toReversed()) response.end();
  expect((await answers).map(({ status }) => status)).toEqual([200, 200, 400]);
});
