import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRequestBucket } from '../../../serving/aws/request-bucket.ts';

let server: Server | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

describe('The bucket of requests', () => {
  it('keeps a body below its prefix and tells the place', async () => {
    const seen: object[] = [];
    server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, path: url, type: headers['content-type'], body: await text(request) });
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    const put = createRequestBucket('s3://requests/in/');
    const place = await put('request-1', Buffer.from('body'), 'application/json');
    expect(place).toBe('s3://requests/in/request-1');
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        path: expect.stringContaining('/requests/in/request-1'),
        type: 'application/json',
        body: expect.stringContaining('body'),
      },
    ]);
  });

  it('refuses a place that is none', () => {
    expect(() => createRequestBucket('bucket/in/')).toThrow('"bucket/in/"');
  });
});
