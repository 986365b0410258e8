import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchEvent } from '../../cli/batch/events.ts';
import { endpointStandIns } from '../../cli/cloud/stand-ins.ts';
import { namesOf } from '../../lib/config/names.ts';
import { deployAssembly } from '../../local/assembly/deploy-assembly.ts';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import type { BatchRequest } from '../../serving/contract/batch.ts';
import type { RepositoryFiles } from '../fixtures/inference-app.ts';
import { assemblyOf } from './rehearsal.ts';
import { type Finished, startSiskin } from './siskin-process.ts';

/** An object as a listing has it. */
export interface Listed {
  readonly Key: string;
  readonly LastModified: Date;
}

/** One run of a model's state machine. */
export interface Job {
  readonly status: string;
  readonly request: BatchRequest;
  readonly error?: string;
  readonly cause?: string;
}

/** A `siskin batch run --json` that is under way, and what it will have said. */
export interface BatchRun {
  readonly ended: Promise<Finished & { readonly events: readonly BatchEvent[] }>;
  interrupt(): void;
}

/** Step Functions looks after its jobs by the second; tests need not wait that long. */
const usualRate = 20;

/** Models with batch jobs on a local cloud, whose functions and workers are real processes. */
export class BatchCloud {
  static readonly bucket = namesOf('dev').dataBucket('000000000000', 'us-east-1');
  readonly #cloud: LocalCloud;
  readonly #folder: string;

  private constructor(cloud: LocalCloud, folder: string) {
    this.#cloud = cloud;
    this.#folder = folder;
  }

  static async open(files: RepositoryFiles): Promise<BatchCloud> {
    const folder = mkdtempSync(join(tmpdir(), 'siskin-batch-'));
    const cloud = await startLocalCloud({
      state: join(folder, 'state'),
      port: 0,
      standIns: endpointStandIns(),
    });
    const deployed = await deployAssembly(cloud.host, await assemblyOf(files));
    const reasons = deployed.flatMap(({ reason }) => reason ?? []);
    if (reasons.length > 0) throw new Error(reasons.join('\n'));
    cloud.host.clock.setRate(usualRate);
    return new BatchCloud(cloud, folder);
  }

  async close(): Promise<void> {
    await this.#cloud.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A path below a folder that is the test's own. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  get place(): string[] {
    return ['--local', '--port', String(this.#cloud.port)];
  }

  /** Starts `siskin batch run` with these words. */
  start(...words: readonly string[]): BatchRun {
    const { ended, interrupt } = startSiskin(['batch', 'run', ...words, ...this.place, '--json']);
    const withEvents = async () => {
      const finished = await ended;
      const lines = finished.stdout.split('\n').filter(Boolean);
      return { ...finished, events: lines.map((line): BatchEvent => JSON.parse(line)) };
    };
    return { ended: withEvents(), interrupt };
  }

  /** Writes an object of the data bucket. */
  async put(Key: string, content: string | Uint8Array): Promise<void> {
    const Body = Buffer.from(content);
    await this.#call('s3', 'PutObject', { Bucket: BatchCloud.bucket, Key, Body });
  }

  async text(Key: string): Promise<string> {
    const { Body } = await this.#call<{ Body: AsyncIterable<Buffer> }>('s3', 'GetObject', {
      Bucket: BatchCloud.bucket,
      Key,
    });
    return Buffer.concat(await Array.fromAsync(Body)).toString('utf8');
  }

  /** Objects below a prefix, in the order of their keys. */
  async list(Prefix: string): Promise<readonly Listed[]> {
    const { Contents = [] } = await this.#call<{ Contents?: Listed[] }>('s3', 'ListObjectsV2', {
      Bucket: BatchCloud.bucket,
      Prefix,
    });
    return Contents;
  }

  /** Starts a job as other systems do, without the command. */
  async execute(model: string, input: BatchRequest): Promise<void> {
    const stateMachineArn = this.#cloud.host.arn('states', `stateMachine:${machineOf(model)}`);
    await this.#call('states', 'StartExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
    });
  }

  /** Jobs of a model, the first to start first. */
  async jobs(model: string): Promise<readonly Job[]> {
    const stateMachineArn = this.#cloud.host.arn('states', `stateMachine:${machineOf(model)}`);
    const { executions } = await this.#call<{ executions: { executionArn: string }[] }>(
      'states',
      'ListExecutions',
      { stateMachineArn },
    );
    const described = executions.map(async ({ executionArn }) => {
      const { status, input, error, cause } = await this.#call<{ [name: string]: string }>(
        'states',
        'DescribeExecution',
        { executionArn },
      );
      const request = JSON.parse(input as string) as BatchRequest;
      return { status, request, error, cause: cause && messageOf(cause) } as Job;
    });
    return (await Promise.all(described)).toReversed();
  }

  /** Waits until so many jobs of a model have ended. */
  async ended(model: string, count: number): Promise<readonly Job[]> {
    for (;;) {
      const ended = (await this.jobs(model)).filter(({ status }) => status !== 'RUNNING');
      if (ended.length >= count) return ended;
      await pause(20);
    }
  }

  /** Lets hours pass in moments until something is true. */
  async hurryUntil(isTrue: () => Promise<boolean>): Promise<void> {
    this.#cloud.host.clock.setRate(20_000);
    while (!(await isTrue())) await pause(5);
    this.#cloud.host.clock.setRate(usualRate);
  }

  async #call<T>(service: string, operation: string, input: object): Promise<T> {
    return await this.#cloud.host.call<T>(service, operation, input as Record<string, unknown>);
  }
}

/** A function's error comes as JSON. */
function messageOf(cause: string): string {
  return cause.startsWith('{') ? JSON.parse(cause).errorMessage : cause;
}

function machineOf(model: string): string {
  return namesOf('dev').batch(model);
}
