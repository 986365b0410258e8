import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { batchEnvironment } from '../../serving/contract/batch.ts';
import { findCredentials } from './credentials.ts';
import { signedHeaders } from './signature.ts';

export interface BootstrapOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Enough for a role that is not yet usable, and for S3 that slows a thousand starting workers down. */
const waits = [500, 1000, 2000, 4000, 8000];

/**
 * Fetches the worker's one file, unless an earlier worker of this machine did, and gives its path. The
 * folder is the worker's own for this code and this onnxruntime, which the worker lays beside the file.
 */
export async function fetchWorker(options: BootstrapOptions): Promise<string> {
  const { env } = options;
  const code = env[batchEnvironment.code] ?? '';
  const name = `${code} ${env[batchEnvironment.onnxruntime]}`;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  const scratch = env[batchEnvironment.scratch] ?? tmpdir();
  // By this name it is CommonJS, whatever a package.json in a folder above may say.
  const file = join(scratch, `siskin-worker-${digest}`, 'index.cjs');
  if (existsSync(file)) return file;
  const content = await fetchObject(code, options);
  mkdirSync(dirname(file), { recursive: true });
  // Several workers may start at once: a file appears under its name when it is whole.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, content);
  renameSync(partial, file);
  return file;
}

async function fetchObject(place: string, options: BootstrapOptions): Promise<Uint8Array> {
  for (const milliseconds of waits) {
    try {
      return await tryFetch(place, options);
    } catch (error) {
      console.error(String(error));
    }
    await options.wait(milliseconds);
  }
  return tryFetch(place, options);
}

async function tryFetch(place: string, { env, fetch, now }: BootstrapOptions): Promise<Uint8Array> {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const endpoint =
    env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`;
  const url = new URL(`${endpoint.replace(/\/$/, '')}/${place.replace('s3://', '')}`);
  const credentials = await findCredentials(env, fetch);
  const answer = await fetch(url, { headers: signedHeaders(url, region, credentials, now()) });
  if (!answer.ok) throw new Error(`${place}: ${answer.status} ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}
