import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendHttp } from '../../../serving/aws/http-send.ts';

const { signal } = new AbortController();

/** Repeats what it is sent; breaks off in the middle of /broken, and never answers /silent. */
const server = createServer(async (request, response) => {
  const body = (await request.toArray()).join('');
  if (request.url === '/silent') return;
  response.setHeader('x-seen', `${request.method} ${request.headers['content-length']}`);
  if (request.url === '/broken') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
    return;
  }
  response.statusCode = 201;
  response.end(body);
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('An HTTP request', () => {
  it('carries its body with its length in bytes, and gives the whole answer', async () => {
    const message = { method: 'PUT', headers: {}, body: 'zürich', signal };
    const answer = await sendHttp(`${origin}/a`, message);
    expect(answer.status).toBe(201);
    expect(answer.headers['x-seen']).toBe('PUT 7');
    expect(answer.body.toString()).toBe('zürich');
  });

  it('rejects when the answer breaks off, or nobody is there', async () => {
    const message = { method: 'GET', headers: {}, body: '', signal };
    await expect(sendHttp(`${origin}/broken`, message)).rejects.toThrow('aborted');
    await expect(sendHttp('http://127.0.0.1:1/', message)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends with its signal', async () => {
    const ending = new AbortController();
    const message = { method: 'GET', headers: {}, body: '', signal: ending.signal };
    const silent = sendHttp(`${origin}/silent`, message);
    ending.abort();
    await expect(silent).rejects.toThrow('aborted');
  });

  it('gives up a connection that does not come in time, and no answer that does', async () => {
    const message = { method: 'GET', headers: {}, body: '', signal, connectMillis: 1_000 };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const late = sendHttp(`${origin}/a`, message);
      // Until the socket is there; no event of the network can come between.
      for (let tick = 0; tick < 10; tick++) await new Promise<void>(process.nextTick);
      vi.advanceTimersByTime(1_000);
      await expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT' });
      expect((await sendHttp(`${origin}/a`, message)).status).toBe(201);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
