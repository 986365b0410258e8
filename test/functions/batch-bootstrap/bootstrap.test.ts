import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { buildFunctions, bundleOf } from '../../../build/functions.ts';
import { fetchWorker } from '../../../functions/batch-bootstrap/bootstrap.ts';
import { signedHeaders } from '../../../functions/batch-bootstrap/signature.ts';

const now = new Date('2026-11-22T06:07:08.900Z');
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/key' };

/** Answers by address; keeps what was asked. */
function network(answers: Readonly<Record<string, () => Response>>) {
  const asked: { url: string; headers: Headers }[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push({ url: String(url), headers: new Headers(init?.headers) });
    const answer = answers[String(url)];
    return answer ? answer() : new Response('nobody', { status: 404 });
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}

const environment = () => ({
  AWS_REGION: 'eu-central-1',
  SISKIN_BATCH_CODE: 's3://assets/worker.js',
  SISKIN_BATCH_ONNXRUNTIME: 's3://assets/onnxruntime.zip',
  SISKIN_BATCH_SCRATCH: mkdtempSync(join(tmpdir(), 'siskin-bootstrap-')),
});
const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret/key' };
const onS3 = 'https://s3.eu-central-1.amazonaws.com/assets/worker.js';
const answering = (text: string) => () => new Response(text);

describe('The bootstrap', () => {
  it('signs as an independent implementation does', async () => {
    for (const sessionToken of [undefined, 'token+/=']) {
      const url = new URL('https://s3.eu-central-1.amazonaws.com/assets/a/b-1.js');
      const signer = new AwsV4Signer({
        url: url.href,
        ...credentials,
        ...(sessionToken && { sessionToken }),
        service: 's3',
        region: 'eu-central-1',
        datetime: '20261122T060708Z',
        headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      });
      const { headers } = await signer.sign();
      const own = signedHeaders(url, 'eu-central-1', { ...credentials, sessionToken }, now);
      expect(own.authorization?.replaceAll(' ', '')).toBe(
        headers.get('authorization')?.replaceAll(' ', ''),
      );
    }
  });

  it('lays the worker down once for all workers of a machine', async () => {
    const { asked, fetch } = network({ [onS3]: answering('the worker') });
    const env = { ...environment(), ...keys };
    const options = { env, fetch, now: () => now, wait: async () => undefined };
    const file = await fetchWorker(options);
    expect(readFileSync(file, 'utf8')).toBe('the worker');
    expect(await fetchWorker(options)).toBe(file);
    expect(asked).toHaveLength(1);
  });

  it('keeps workers with another onnxruntime apart', async () => {
    const { fetch } = network({ [onS3]: answering('the worker') });
    const env = { ...environment(), ...keys };
    const options = { env, fetch, now: () => now, wait: async () => undefined };
    const other = { ...env, SISKIN_BATCH_ONNXRUNTIME: 's3://assets/newer.zip' };
    expect(await fetchWorker({ ...options, env: other })).not.toBe(await fetchWorker(options));
  });

  it("takes the credentials of the job's role from the container's endpoint", async () => {
    const role = { AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 't' };
    const answer = () => Response.json(role);
    const token = join(mkdtempSync(join(tmpdir(), 'siskin-token-')), 'token');
    writeFileSync(token, 'pod-token\n');
    const full = 'http://169.254.170.23/v1/credentials';
    for (const [address, own, header] of [
      ['http://169.254.170.2/v2/id', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/id' }, null],
      [
        full,
        {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
        },
        'pod-token',
      ],
    ] as const) {
      const { asked, fetch } = network({ [address]: answer, [onS3]: answering('w') });
      const env = { ...environment(), ...own };
      await fetchWorker({ env, fetch, now: () => now, wait: async () => undefined });
      expect(asked.map(({ url }) => url)).toEqual([address, onS3]);
      expect(asked[0]?.headers.get('authorization')).toBe(header);
      expect(asked[1]?.headers.get('x-amz-security-token')).toBe('t');
      expect(asked[1]?.headers.get('authorization')).toContain('Credential=ASIA/20261122/');
    }
  });

  it('asks another endpoint when it is told one', async () => {
    const own = 'http://127.0.0.1:8080/assets/worker.js';
    const { asked, fetch } = network({ [own]: answering('w') });
    const env = { ...environment(), ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:8080/' };
    await fetchWorker({ env, fetch, now: () => now, wait: async () => undefined });
    expect(asked.map(({ url }) => url)).toEqual([own]);
  });

  it('tries again a few times, then says what S3 answered', async () => {
    let failures = 3;
    const flaky = network({
      [onS3]: () => (failures-- > 0 ? new Response('', { status: 503 }) : new Response('w')),
    });
    const waits: number[] = [];
    const wait = async (milliseconds: number) => waits.push(milliseconds);
    const options = { env: { ...environment(), ...keys }, now: () => now, wait };
    const file = await fetchWorker({ ...options, fetch: flaky.fetch });
    expect([readFileSync(file, 'utf8'), waits]).toEqual(['w', [500, 1000, 2000]]);

    const denied = network({ [onS3]: () => new Response('AccessDenied', { status: 403 }) });
    const env = { ...environment(), ...keys };
    await expect(fetchWorker({ ...options, env, fetch: denied.fetch })).rejects.toThrow(
      's3://assets/worker.js: 403 AccessDenied',
    );
  });

  it('is short enough for the command of a job definition, and holds nothing that Batch replaces', async () => {
    const { folder } = bundleOf(await buildFunctions(), 'batch-bootstrap');
    const text = readFileSync(join(folder, 'index.js'), 'utf8');
    console.log(`batch-bootstrap: ${text.length} characters`);
    expect(text.length).toBeLessThan(5000);
    // `$(NAME)` is a variable and `Ref::name` a parameter in the command of a job.
    expect(text).not.toMatch(/\$\(|Ref::/);
  });
});
