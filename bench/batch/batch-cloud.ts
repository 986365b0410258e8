import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type Zippable, zipSync } from 'fflate';
import { filesOf } from '../../build/digest.ts';
import { buildFunctions, bundleOf } from '../../build/functions.ts';
import { buildOnnxruntimeLayer } from '../../build/onnxruntime-layer.ts';
import { startLocalCloud } from '../../local/local-cloud.ts';
import { createS3Provider } from '../../local/providers/s3/index.ts';
import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { planJob } from '../../serving/batch/job-planner.ts';
import type { ObjectStore } from '../../serving/batch/object-store.ts';
import { placeOf } from '../../serving/batch/place.ts';
import { readPlan } from '../../serving/batch/plan.ts';
import { type BatchRequest, batchEnvironment } from '../../serving/contract/batch.ts';
import { type ModelManifest, packageFiles } from '../../serving/contract/manifest.ts';
import type { DeployedModel } from '../measure/package.ts';
import { type MeteredRun, runMetered } from './metered-worker.ts';

/** A job that is planned, for workers to do. */
export interface PlannedJob {
  readonly model: DeployedModel;
  /** Name of the output below the bucket. */
  readonly output: string;
  readonly workers: number;
  /** Records of one inference. */
  readonly chunk: number;
}

/**
 * The local cloud's S3 in this process, so that its work is not the workers', and the shipped worker
 * as a process of its own, with the environment of the job definition.
 */
export class BatchCloud {
  readonly store: ObjectStore;
  readonly stop: () => Promise<unknown>;
  readonly #folder: string;
  readonly #endpoint: string;
  readonly #worker: string;
  #jobs = 0;

  private constructor(
    folder: string,
    worker: string,
    { endpoint, stop }: { endpoint: string; stop: () => Promise<unknown> },
  ) {
    this.#folder = folder;
    this.#endpoint = endpoint;
    this.#worker = worker;
    this.stop = stop;
    this.store = createS3ObjectStore(
      new S3Client({
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
        forcePathStyle: true,
      }),
    );
  }

  static async start(folder: string, models: Iterable<DeployedModel>): Promise<BatchCloud> {
    const state = join(folder, 'state');
    const cloud = await startLocalCloud({ state, port: 0, providers: { s3: createS3Provider } });
    await cloud.host.call('s3', 'CreateBucket', { Bucket: 'data' });
    const bundle = bundleOf(await buildFunctions(), 'batch-worker');
    const worker = join(folder, 'worker');
    mkdirSync(worker);
    // Out of the checkout, whose node_modules would take the place of the layer.
    cpSync(join(bundle.folder, 'index.js'), join(worker, 'index.js'));
    const batch = new BatchCloud(folder, join(worker, 'index.js'), cloud);
    await batch.put('code/onnxruntime.zip', zipped(buildOnnxruntimeLayer().folder));
    for (const { model, folder: content } of models) {
      await batch.put(`code/${model}.zip`, zipped(content));
    }
    return batch;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.store.write(placeOf(`s3://data/${key}`), bytes);
  }

  async read(key: string): Promise<Buffer> {
    const stored = await this.store.read(placeOf(`s3://data/${key}`));
    if (!stored) throw new Error(`there is no object ${key}`);
    return Buffer.from(stored.bytes);
  }

  /** Plans a job over one object, with an output of its own. */
  async plan(
    model: DeployedModel,
    input: string,
    workers = 1,
    changes: Partial<BatchRequest> = {},
  ): Promise<PlannedJob> {
    this.#jobs += 1;
    const output = `out-${this.#jobs}/`;
    const request = { input: `s3://data/${input}`, output: `s3://data/${output}`, ...changes };
    await planJob(request, {
      store: this.store,
      manifest: manifestOf(model),
      settings: { maxWorkers: workers, errorLimit: 0 },
      marks: undefined,
      now: () => new Date(),
    });
    const plan = await readPlan(this.store, placeOf(request.output));
    return { model, output, workers, chunk: plan?.chunk.records ?? 0 };
  }

  /** One of the job's workers, to its end. */
  work({ model, output, workers }: PlannedJob, index = 0): Promise<MeteredRun> {
    return runMetered({
      parameters: [this.#worker],
      meterFile: join(this.#folder, `meter-${index}.json`),
      env: {
        ...this.env,
        AWS_BATCH_JOB_ARRAY_INDEX: String(index),
        [batchEnvironment.plan]: `s3://data/${output}_siskin/plan.json`,
        [batchEnvironment.onnxruntime]: 's3://data/code/onnxruntime.zip',
        [batchEnvironment.model]: `s3://data/code/${model.model}.zip`,
        [batchEnvironment.workers]: String(workers),
        [batchEnvironment.scratch]: join(this.#folder, 'scratch'),
      },
    });
  }

  get env(): Readonly<Record<string, string>> {
    return {
      PATH: process.env.PATH ?? '',
      AWS_ENDPOINT_URL: this.#endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    };
  }
}

function manifestOf({ folder }: DeployedModel): ModelManifest {
  return JSON.parse(readFileSync(join(folder, packageFiles.manifest), 'utf8'));
}

function zipped(folder: string): Uint8Array {
  const entries: Zippable = {};
  // Stored, not deflated: packing is not what is measured, and takes seconds.
  for (const [name, content] of filesOf(folder)) entries[name] = [content, { level: 0 }];
  return zipSync(entries);
}
