import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { untilGone } from '../../../cli/cloud/heartbeat.ts';

describe('The heartbeat of a local cloud', () => {
  it('ends when nobody listens any more', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.close();
    const gone = untilGone(endpoint, new AbortController().signal, 1);
    await expect(gone).rejects.toThrow(`The local cloud at ${endpoint} has gone.`);
  });

  it('stops watching when it is told to', async () => {
    const watching = new AbortController();
    const gone = untilGone('http://127.0.0.1:9', watching.signal);
    watching.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
  });
});
