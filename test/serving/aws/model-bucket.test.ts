import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModelBucket } from '../../../serving/aws/model-bucket.ts';

/** As much of S3 as one object. */
const s3 = createServer((request, response) => {
  const found = request.url?.startsWith('/models/weights.onnx') ?? false;
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/octet-stream' });
  response.end(found ? 'weights' : '');
});

const file = join(mkdtempSync(join(tmpdir(), 'siskin-bucket-')), 'model.onnx');

describe('The model bucket', () => {
  beforeAll(async () => {
    await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
    const { port } = s3.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    s3.close();
  });

  it('copies an object to a file', async () => {
    await createModelBucket('models')('weights.onnx', file);
    expect(readFileSync(file, 'utf8')).toBe('weights');
  });

  it('passes on that there is no such object, or no bucket', async () => {
    await expect(createModelBucket('models')('missing.onnx', file)).rejects.toThrow();
    await expect(createModelBucket(undefined)('k', file)).rejects.toThrow('no bucket is set');
  });
});
