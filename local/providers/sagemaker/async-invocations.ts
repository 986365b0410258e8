import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import type { Collection } from '../../host/storage.ts';
import { type AsyncJob, notify } from './async-notification.ts';
import type { AsyncInferenceSettings } from './endpoint-config-input.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';
import { isServing } from './endpoint-record.ts';
import type { Endpoints } from './endpoints.ts';
import type { FleetVariant } from './fleet.ts';
import { type Caller, containerHeaders, invokeInput } from './invocation.ts';
import type { SagemakerOptions } from './options.ts';
import { endpointNotFound, invalidRequest } from './runtime-errors.ts';
import { parseS3Uri } from './s3-location.ts';

/** Between two looks for an instance while requests wait for one (real time). */
const LOOK_INTERVAL = 200;
/** SageMaker chooses the number of requests per instance itself when none is given. */
const DEFAULT_CONCURRENCY = 4;

const asyncInput = invokeInput.extend({
  InputLocation: z.string().max(1024),
  RequestTTLSeconds: integer.default(21_600),
  InvocationTimeoutSeconds: integer.default(900),
});

export interface AsyncParts {
  readonly host: Host;
  readonly options: SagemakerOptions;
  readonly endpoints: Endpoints;
  readonly caller: Caller;
  readonly metrics: EndpointMetrics;
}

/** InvokeEndpointAsync: requests that wait in line, with inputs and outputs in S3. */
export class AsyncInvocations {
  readonly #parts: AsyncParts;
  readonly #jobs: Collection<AsyncJob>;
  readonly #running = new Map<string, Promise<void>>();
  #look: Timer | undefined;
  #stopped = false;

  constructor(parts: AsyncParts) {
    this.#parts = parts;
    this.#jobs = parts.host.storage('sagemaker').collection('async-invocations');
  }

  invoke(raw: unknown): Record<string, unknown> {
    const input = parseInput(asyncInput, raw, 'ValidationError');
    const settings = this.#settingsOf(input.EndpointName);
    parseS3Uri(input.InputLocation);
    const id = randomUUID();
    const { S3OutputPath, S3FailurePath } = settings.OutputConfig;
    const now = this.#parts.host.clock.now();
    const job: AsyncJob = {
      id,
      inferenceId: input.InferenceId ?? id,
      endpoint: input.EndpointName,
      inputLocation: input.InputLocation,
      outputLocation: below(S3OutputPath, `${id}.out`),
      ...(S3FailurePath && { failureLocation: below(S3FailurePath, `${id}-error.out`) }),
      headers: containerHeaders(input),
      receivedAt: now,
      expiresAt: now + input.RequestTTLSeconds * 1000,
      limitMs: input.InvocationTimeoutSeconds * 1000,
    };
    this.#jobs.set(id, job);
    this.#pump();
    return {
      InferenceId: job.inferenceId,
      OutputLocation: job.outputLocation,
      FailureLocation: job.failureLocation,
    };
  }

  /** Takes up what the last stop left waiting. */
  start(): void {
    this.#pump();
  }

  /** How many requests wait or run at an endpoint. */
  backlog(endpoint: string): number {
    return this.#jobs.values().filter((job) => job.endpoint === endpoint).length;
  }

  /** What runs now is cut off; the next start does it again. */
  stop(): void {
    this.#stopped = true;
    this.#look?.cancel();
  }

  #settingsOf(name: string): AsyncInferenceSettings {
    const record = this.#parts.endpoints.find(name);
    if (!record || !isServing(record)) throw endpointNotFound(this.#parts.host, name);
    const settings = record.deployed.config.settings.AsyncInferenceConfig;
    if (settings) return settings;
    throw invalidRequest(
      `Endpoint ${name} is not asynchronous: it takes InvokeEndpoint, not InvokeEndpointAsync.`,
    );
  }

  /** Starts as many of those that wait as the instances take, the first first. */
  #pump(): void {
    if (this.#stopped) return;
    const waiting = this.#waiting().sort((a, b) => a.receivedAt - b.receivedAt);
    for (const job of waiting) {
      const variant = this.#variant(job.endpoint);
      const isExpired = this.#parts.host.clock.now() >= job.expiresAt;
      if (!variant || !(isExpired || this.#hasRoom(job.endpoint, variant))) continue;
      const running = this.#run(job, variant).finally(() => {
        this.#running.delete(job.id);
        this.#pump();
      });
      this.#running.set(job.id, running);
    }
    if (this.#waiting().length > 0) this.#lookLater();
  }

  #lookLater(): void {
    const { time } = this.#parts.options;
    this.#look ??= time.at(time.now() + LOOK_INTERVAL, () => {
      this.#look = undefined;
      this.#pump();
    });
  }

  #waiting(): AsyncJob[] {
    return this.#jobs.values().filter(({ id }) => !this.#running.has(id));
  }

  #variant(endpoint: string): FleetVariant | undefined {
    const { endpoints, options } = this.#parts;
    return endpoints.traffic(endpoint)?.fleet(options.random).production[0];
  }

  #hasRoom(endpoint: string, { group }: FleetVariant): boolean {
    const settings = this.#settingsOf(endpoint);
    const each = settings.ClientConfig.MaxConcurrentInvocationsPerInstance ?? DEFAULT_CONCURRENCY;
    const running = [...this.#running.keys()].filter(
      (id) => this.#jobs.get(id)?.endpoint === endpoint,
    );
    return running.length < group.ready * each;
  }

  async #run(job: AsyncJob, variant: FleetVariant): Promise<void> {
    const { host } = this.#parts;
    try {
      const contentType = await this.#answer(job, variant);
      if (contentType === undefined) return; // cut off, or the fleet has gone: it stays in line
      this.#jobs.delete(job.id);
      await this.#tell(job, { contentType });
    } catch (error) {
      if (this.#stopped) return;
      this.#jobs.delete(job.id);
      const { message } = error as Error;
      host.log.warn(`Asynchronous invocation ${job.id} of ${job.endpoint} failed: ${message}`);
      await this.#fail(job, message);
    }
  }

  /** Has the request answered and the answer stored; gives the answer's type. */
  async #answer(job: AsyncJob, variant: FleetVariant) {
    const { host, caller, metrics } = this.#parts;
    if (host.clock.now() >= job.expiresAt) {
      throw new Error('ClientError: the request has expired before it could be processed');
    }
    const input = await host.call<{ Body: Readable }>('s3', 'GetObject', {
      ...parseS3Uri(job.inputLocation),
    });
    const result = await caller.call({
      endpoint: job.endpoint,
      group: variant.group,
      isRandom: variant.isRandom,
      scopes: metrics.fleet(job.endpoint, variant),
      headers: job.headers,
      body: Buffer.concat(await input.Body.toArray()),
      limitMs: job.limitMs,
    });
    if (!result || this.#stopped) return undefined;
    if ('error' in result) throw result.error;
    const contentType = result.answer.headers['content-type'] ?? 'application/octet-stream';
    await this.#put(job.outputLocation, result.answer.body, contentType);
    return contentType;
  }

  async #fail(job: AsyncJob, reason: string): Promise<void> {
    const { host } = this.#parts;
    try {
      if (job.failureLocation)
        await this.#put(job.failureLocation, Buffer.from(reason), 'text/plain');
      await this.#tell(job, { reason });
    } catch (error) {
      host.log.warn(`The failure of ${job.id} could not be stored: ${(error as Error).message}`);
    }
  }

  async #tell(job: AsyncJob, outcome: { contentType: string } | { reason: string }): Promise<void> {
    const record = this.#parts.endpoints.find(job.endpoint);
    const settings = record?.deployed.config.settings.AsyncInferenceConfig;
    await notify(this.#parts.host, settings, job, outcome);
  }

  async #put(location: string, Body: Buffer, ContentType: string): Promise<void> {
    const at = parseS3Uri(location);
    await this.#parts.host.call('s3', 'PutObject', { ...at, Body, ContentType });
  }
}

function below(folder: string, name: string): string {
  return `${folder.replace(/\/$/, '')}/${name}`;
}
