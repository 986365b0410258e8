import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Traffic } from '../../../cli/cloud/traffic.ts';

let server: Server;

afterEach(() => server?.closeAllConnections() ?? server?.close());

/** A server that answers with the statuses in turn; 0 breaks the connection. */
async function answering(statuses: readonly number[], onBody: (body: string) => void) {
  let count = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    onBody(Buffer.concat(chunks).toString('utf8'));
    const status = statuses[count++ % statuses.length] as number;
    if (status === 0) return request.socket.destroy();
    response.writeHead(status).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Generated traffic', () => {
  it('sends the requests in turn and counts what callers saw', async () => {
    const bodies: string[] = [];
    let enough = () => {};
    const seen = new Promise<void>((done) => {
      enough = done;
    });
    const endpoint = await answering([200, 503, 0], (body) => {
      bodies.push(body);
      if (bodies.length === 6) enough();
    });
    const traffic = new Traffic({ endpoint, apiKey: 'k', model: 'm', requests: ['"a"', '"b"'] });
    traffic.start(200);
    await seen;
    const figures = await traffic.stop();
    expect(new Set(bodies)).toEqual(new Set(['"a"', '"b"']));
    expect(figures.sent).toBeGreaterThanOrEqual(6);
    expect(figures.failed).toBe(figures.sent - (figures.byStatus[200] ?? 0));
    expect(Object.keys(figures.byStatus)).toEqual(expect.arrayContaining(['0', '200', '503']));
    expect(traffic.figures).toEqual(figures);
  });
});
