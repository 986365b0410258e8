import { createGunzip } from 'node:zlib';
import type { Host } from '../../host/host.ts';
import type { LogBatch, LogStream } from '../../telemetry/log-batch.ts';
import { type ContainerAnswer, NoAnswer } from './container.ts';
import type { ContainerGroup } from './container-group.ts';
import type { FleetFactory } from './fleet-factory.ts';
import { PAYLOAD_BYTES } from './invocation.ts';
import type { Models } from './model.ts';
import { parseS3Uri } from './s3-location.ts';
import { algorithmError, clientError, TransformFailure } from './transform-failure.ts';
import type { TransformJob } from './transform-job.ts';
import { RecordTooLong, recordsOf } from './transform-records.ts';
import { openObject, type SourceObject, sourceObjects } from './transform-source.ts';

export interface TransformParts {
  readonly host: Host;
  readonly models: Models;
  readonly fleets: FleetFactory;
  readonly logs: LogBatch;
}

const LOG_GROUP = '/aws/sagemaker/TransformJobs';
const MEGABYTE = 1024 * 1024;

/** One transform job's work: a fleet of its own for as long as it runs, and an output for each object. */
export class TransformRun {
  readonly #parts: TransformParts;
  readonly #job: TransformJob;
  readonly #signal: AbortSignal;
  readonly #data: LogStream;

  constructor(parts: TransformParts, job: TransformJob, signal: AbortSignal) {
    this.#parts = parts;
    this.#job = job;
    this.#signal = signal;
    this.#data = parts.logs.stream(LOG_GROUP, `${job.name}/data-log`);
  }

  /** Throws a TransformFailure when an object could not be transformed; the others are, all the same. */
  async perform(): Promise<void> {
    const { DataSource } = this.#job.request.TransformInput;
    const objects = await sourceObjects(this.#parts.host, DataSource.S3DataSource);
    const group = await this.#startFleet();
    try {
      const reasons = await this.#transformAll(objects, group);
      if (reasons.size > 0) {
        throw new TransformFailure(reasons.has(algorithmError) ? algorithmError : clientError);
      }
    } finally {
      await group.end();
      await this.#parts.logs.flush();
    }
  }

  async #startFleet(): Promise<ContainerGroup> {
    const { name, request } = this.#job;
    const { container } = this.#parts.models.get(request.ModelName);
    const environment = {
      ...container.Environment,
      ...request.Environment,
      SAGEMAKER_BATCH: 'true',
      SAGEMAKER_BATCH_STRATEGY:
        request.BatchStrategy === 'MultiRecord' ? 'MULTI_RECORD' : 'SINGLE_RECORD',
      SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(this.#concurrency),
      SAGEMAKER_MAX_PAYLOAD_IN_MB: String(request.MaxPayloadInMB),
    };
    const group = await this.#parts.fleets.group({
      name,
      container: { ...container, Environment: environment },
      logGroup: LOG_GROUP,
      logPrefix: `${name}/`,
    });
    const isOver = () => void group.end();
    this.#signal.addEventListener('abort', isOver, { once: true });
    try {
      await group.scaleTo(request.TransformResources.InstanceCount);
      this.#signal.throwIfAborted();
      return group;
    } catch (error) {
      await group.end();
      this.#signal.throwIfAborted();
      this.#say(`${(error as Error).message}`);
      await this.#parts.logs.flush();
      throw new TransformFailure(algorithmError);
    } finally {
      this.#signal.removeEventListener('abort', isOver);
    }
  }

  get #concurrency(): number {
    return this.#job.request.MaxConcurrentTransforms || 1;
  }

  /** Each instance has an object at a time; gives why some failed. */
  async #transformAll(
    objects: readonly SourceObject[],
    group: ContainerGroup,
  ): Promise<ReadonlySet<string>> {
    const waiting = [...objects];
    const reasons = new Set<string>();
    const lane = async () => {
      for (let object = waiting.shift(); object; object = waiting.shift()) {
        try {
          await this.#transform(object, group);
        } catch (error) {
          this.#signal.throwIfAborted();
          reasons.add(this.#reasonOf(object, error));
        }
      }
    };
    await Promise.all(Array.from({ length: group.wanted }, lane));
    return reasons;
  }

  #reasonOf({ Bucket, Key }: SourceObject, error: unknown): string {
    const isKnown = error instanceof TransformFailure;
    if (!isKnown) this.#say(`${Bucket}/${Key}: ${(error as Error).message}`);
    if (isKnown) return error.message;
    return error instanceof RecordTooLong ? clientError : algorithmError;
  }

  /** Writes the object's answers in the order of its records, once all are there. */
  async #transform(object: SourceObject, group: ContainerGroup): Promise<void> {
    const { host } = this.#parts;
    const { TransformInput, TransformOutput, BatchStrategy, MaxPayloadInMB } = this.#job.request;
    const stored = await openObject(host, object);
    const isZipped = TransformInput.CompressionType === 'Gzip';
    const records = recordsOf(isZipped ? stored.compose(createGunzip()) : stored, {
      isSplit: TransformInput.SplitType === 'Line',
      isGathered: BatchStrategy === 'MultiRecord',
      mostBytes: MaxPayloadInMB * MEGABYTE,
    });
    const answers: Buffer[] = [];
    const end = TransformOutput.AssembleWith === 'Line' ? Buffer.from('\n') : Buffer.alloc(0);
    let contentType = 'application/octet-stream';
    for await (const { body, headers } of this.#answers(object, records, group)) {
      answers.push(body, end);
      contentType = headers['content-type'] ?? contentType;
    }
    this.#signal.throwIfAborted();
    const { Bucket, Key } = parseS3Uri(TransformOutput.S3OutputPath);
    const folder = Key === '' || Key.endsWith('/') ? Key : `${Key}/`;
    await host.call('s3', 'PutObject', {
      Bucket,
      Key: `${folder}${object.name}.out`,
      Body: Buffer.concat(answers),
      ContentType: TransformOutput.Accept ?? contentType,
    });
  }

  /** In the order of the records, with as many under way as the job allows. */
  async *#answers(
    object: SourceObject,
    records: AsyncIterable<Buffer>,
    group: ContainerGroup,
  ): AsyncGenerator<ContainerAnswer> {
    const started: Promise<ContainerAnswer>[] = [];
    for await (const record of records) {
      const answer = this.#answer(object, record, group);
      answer.catch(() => {}); // for the reader of its turn
      started.push(answer);
      if (started.length >= this.#concurrency) yield await (started.shift() as typeof answer);
    }
    for (const answer of started) yield await answer;
  }

  async #answer(
    { Bucket, Key }: SourceObject,
    record: Buffer,
    group: ContainerGroup,
  ): Promise<ContainerAnswer> {
    const { InvocationsMaxRetries } = this.#job.request.ModelClientConfig;
    let problem = '';
    for (let retry = 0; retry <= InvocationsMaxRetries; retry += 1) {
      this.#signal.throwIfAborted();
      const answer = await this.#invoke(record, group);
      if (typeof answer !== 'string' && answer.status < 300) return answer;
      problem =
        typeof answer === 'string'
          ? answer
          : `Bad HTTP status received from algorithm: ${answer.status}`;
      if (typeof answer === 'string' || answer.status >= 500) continue;
      this.#say(`${Bucket}/${Key}: ${problem}`);
      this.#say(`${Bucket}/${Key}: Message: ${answer.body.toString().slice(0, 1024)}`);
      throw new TransformFailure(clientError);
    }
    this.#say(`${Bucket}/${Key}: ${problem}`);
    throw new TransformFailure(algorithmError);
  }

  /** The answer, or why there is none. */
  async #invoke(record: Buffer, group: ContainerGroup): Promise<ContainerAnswer | string> {
    const { TransformInput, TransformOutput, ModelClientConfig } = this.#job.request;
    const container = await group.acquire();
    if (!container) return 'Unable to get response from algorithm: no instance is up';
    const headers = {
      ...(TransformInput.ContentType && { 'content-type': TransformInput.ContentType }),
      ...(TransformOutput.Accept && { accept: TransformOutput.Accept }),
    };
    const ms = ModelClientConfig.InvocationsTimeoutInSeconds * 1000;
    try {
      return await container.invoke(headers, record, { ms, bytes: PAYLOAD_BYTES });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // It listens no more: another one takes its place.
      if (error.kind === 'refused') container.kill();
      return `Unable to get response from algorithm: ${error.message}`;
    } finally {
      container.release();
    }
  }

  #say(line: string): void {
    this.#parts.logs.add(this.#data, `[sagemaker logs]: ${line}`);
  }
}
