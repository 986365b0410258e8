import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type Zippable, zipSync } from 'fflate';
import { filesOf } from '../../../build/digest.ts';
import { buildFunctions, bundleOf } from '../../../build/functions.ts';
import { buildOnnxruntimeLayer } from '../../../build/onnxruntime-layer.ts';
import { createS3Provider } from '../../../local/providers/s3/index.ts';
import { createS3ObjectStore } from '../../../serving/aws/s3-object-store.ts';
import { planJob } from '../../../serving/batch/job-planner.ts';
import { verifyJob } from '../../../serving/batch/job-verifier.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { type BatchRequest, batchEnvironment } from '../../../serving/contract/batch.ts';
import type { ModelManifest } from '../../../serving/contract/manifest.ts';
import { startTestCloud } from '../../fixtures/local-cloud.ts';
import { gather } from '../../fixtures/onnx-models.ts';

export interface ExitedWorker {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export type StartWorker = (changes?: Readonly<Record<string, string>>) => {
  readonly process: ChildProcess;
  readonly exited: Promise<ExitedWorker>;
};

/** `y = [10, 20, 30][index]`; any other index is a row that fails. */
const model = gather();
const manifest: ModelManifest = {
  name: 'table',
  platform: 'onnxruntime_onnx',
  live: '1',
  versions: [
    {
      version: '1',
      digest: createHash('sha256').update(model).digest('hex'),
      inputs: [{ name: 'index', datatype: 'INT64', shape: [-1] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
      source: { kind: 'package', path: 'versions/1/model.onnx' },
      bytes: model.byteLength,
    },
  ],
};

/** The local cloud's S3 with what a job definition names, and workers as its command starts them. */
export async function startWorkerCloud() {
  const cloud = await startTestCloud({ providers: { s3: createS3Provider } });
  const scratch = mkdtempSync(join(tmpdir(), 'siskin-scratch-'));
  const store = createS3ObjectStore(new S3Client({ ...cloud.client, forcePathStyle: true }));
  await cloud.host.call('s3', 'CreateBucket', { Bucket: 'data' });
  const put = async (name: string, content: string | Uint8Array) => {
    await store.write(placeOf(`s3://data/${name}`), Buffer.from(content));
  };
  const bundles = await buildFunctions();
  const bundle = (name: string) => readFileSync(join(bundleOf(bundles, name).folder, 'index.js'));
  await put('code/worker.js', bundle('batch-worker'));
  await put('code/onnxruntime.zip', zipped(filesOf(buildOnnxruntimeLayer().folder)));
  await put(
    'code/model.zip',
    zipped([
      ['manifest.json', Buffer.from(JSON.stringify(manifest))],
      ['versions/1/model.onnx', model],
    ]),
  );
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    [batchEnvironment.code]: 's3://data/code/worker.js',
    [batchEnvironment.onnxruntime]: 's3://data/code/onnxruntime.zip',
    [batchEnvironment.model]: 's3://data/code/model.zip',
    [batchEnvironment.plan]: 's3://data/out/_siskin/plan.json',
    [batchEnvironment.workers]: '1',
    [batchEnvironment.capacity]: 'spot',
    [batchEnvironment.scratch]: scratch,
  };
  const start: StartWorker = (changes = {}) => {
    const child = spawn(process.execPath, ['-e', bundle('batch-bootstrap').toString('utf8')], {
      env: { ...env, ...changes },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    const exited = new Promise<ExitedWorker>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, output }));
    });
    return { process: child, exited };
  };
  return {
    store,
    put,
    start,
    plan: (request: BatchRequest) =>
      planJob(request, {
        store,
        manifest,
        settings: { maxWorkers: 4, errorLimit: 10 },
        marks: undefined,
        now: () => new Date(),
      }),
    verify: () => verifyJob(store, placeOf('s3://data/out/_siskin/plan.json')),
    text: async (name: string) => {
      const stored = await store.read(placeOf(`s3://data/${name}`));
      return Buffer.from(stored?.bytes ?? []).toString('utf8');
    },
    stop: async () => {
      await cloud.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function zipped(files: Iterable<readonly [name: string, content: Uint8Array]>): Uint8Array {
  const entries: Zippable = {};
  // Stored, not deflated: packing is not what is tested, and takes seconds.
  for (const [name, content] of files) entries[name] = [content, { level: 0 }];
  return zipSync(entries);
}
