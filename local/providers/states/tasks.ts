import { createHash } from 'node:crypto';
import { type Timer, wait } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { awaitJob, jobServices } from './awaited-job.ts';
import { callFunction, callOperation, invokeFunction } from './call-task.ts';
import type { State } from './definition.ts';
import type { TaskRecord } from './execution.ts';
import type { Executions } from './executions.ts';
import { scheduledEvent, submittedEvent } from './history.ts';
import { RetryDelays } from './retry-delay.ts';
import { ExecutionOver, failureOf, TaskError, type TaskFailure } from './task-failure.ts';
import { parseResource, type TaskResource } from './task-resource.ts';

interface Call {
  readonly key: string;
  readonly parameters: Record<string, unknown>;
  /** What an earlier run has recorded of it. */
  readonly known: TaskRecord | undefined;
  readonly signal: AbortSignal;
}

/**
 * The tasks and waits of one execution, on the cloud's clock. Each call is recorded with its outcome:
 * another run of the execution takes it from there.
 */
export class Tasks {
  readonly #host: Host;
  readonly #executions: Executions;
  /** ARN of the execution. */
  readonly #arn: string;
  /** Aborts when the execution is over, or the cloud stops. */
  readonly #over: AbortSignal;
  readonly #delays = new RetryDelays();
  readonly #calls = new Map<string, number>();

  constructor(host: Host, executions: Executions, arn: string, over: AbortSignal) {
    this.#host = host;
    this.#executions = executions;
    this.#arn = arn;
    this.#over = over;
  }

  /** Stops the jobs that were started and have not ended. */
  async stopJobs(): Promise<void> {
    const { tasks } = this.#executions.get(this.#arn);
    for (const [key, { outcome }] of Object.entries(tasks)) if (!outcome) await this.#stopJob(key);
  }

  /** Performs a task once; throws what the interpreter reads as the task's failure. */
  async perform(name: string, state: State, parameters: unknown): Promise<unknown> {
    // A turn later, so that history has told of the state before it tells of its task.
    await new Promise((resolve) => setImmediate(resolve));
    this.#over.throwIfAborted();
    const key = this.#keyOf(name, parameters);
    const known = this.#executions.get(this.#arn).tasks[key];
    const record = known?.outcome ? known : await this.#record(key, state, parameters, known);
    const { outcome } = record;
    if (outcome && 'output' in outcome) {
      this.#delays.forget(state);
      return outcome.output;
    }
    const failure = outcome?.failure as TaskFailure;
    const delay = this.#delays.next(state, failure.error);
    if (delay > 0 && !known?.outcome) await wait(this.#host.clock, delay, this.#over);
    throw new TaskError(failure);
  }

  async #record(
    key: string,
    state: State,
    parameters: unknown,
    known: TaskRecord | undefined,
  ): Promise<TaskRecord> {
    const resource = state.Type === 'Wait' ? undefined : parseResource(state.Resource);
    const deadline = new AbortController();
    const timer = this.#deadline(state, deadline);
    let outcome: TaskRecord['outcome'];
    try {
      const signal = AbortSignal.any([this.#over, deadline.signal]);
      const call = { key, parameters: parameters as Record<string, unknown>, known, signal };
      const work = resource
        ? this.#call(resource, call)
        : this.#wait(parameters as WaitParameters, signal);
      outcome = { output: await orAborted(work, signal) };
    } catch (error) {
      if (error instanceof ExecutionOver) throw error;
      outcome = { failure: failureOf(error, serviceOf(resource)) };
      if (deadline.signal.aborted) await this.#stopJob(key);
    } finally {
      timer?.cancel();
    }
    const record = { ...this.#executions.get(this.#arn).tasks[key], outcome };
    this.#executions.recordTask(this.#arn, key, record);
    return record;
  }

  #deadline({ TimeoutSeconds }: State, deadline: AbortController): Timer | undefined {
    if (TimeoutSeconds === undefined) return undefined;
    const { clock } = this.#host;
    const timeout = {
      error: 'States.Timeout',
      cause: `The task took more than ${TimeoutSeconds} s`,
    };
    return clock.at(clock.now() + TimeoutSeconds * 1000, () =>
      deadline.abort(new TaskError(timeout)),
    );
  }

  async #call(resource: TaskResource, call: Call): Promise<unknown> {
    const { parameters, signal } = call;
    if (resource.kind !== 'job') {
      this.#executions.addEvent(this.#arn, scheduledEvent(resource, parameters));
    }
    switch (resource.kind) {
      case 'function':
        return callFunction(this.#host, resource.arn, parameters);
      case 'invoke':
        return invokeFunction(this.#host, parameters);
      case 'operation':
        return callOperation(this.#host, resource.service, resource.operation, parameters);
      case 'job': {
        const id = call.known?.job?.id ?? (await this.#startJob(call.key, resource, parameters));
        return awaitJob(this.#host, resource.type, id, signal);
      }
    }
  }

  async #startJob(
    key: string,
    resource: Extract<TaskResource, { kind: 'job' }>,
    parameters: Record<string, unknown>,
  ): Promise<string> {
    this.#executions.addEvent(this.#arn, scheduledEvent(resource, parameters));
    const { id, output } = await jobServices[resource.type].start(this.#host, parameters);
    this.#executions.recordTask(this.#arn, key, { job: { type: resource.type, id } });
    this.#executions.addEvent(this.#arn, submittedEvent(resource, output));
    return id;
  }

  async #stopJob(key: string): Promise<void> {
    const { job } = this.#executions.get(this.#arn).tasks[key] ?? {};
    if (job) await jobServices[job.type].stop(this.#host, job.id);
  }

  async #wait({ Seconds, Timestamp }: WaitParameters, signal: AbortSignal): Promise<null> {
    const { clock } = this.#host;
    const ms = Seconds === undefined ? Date.parse(Timestamp ?? '') - clock.now() : Seconds * 1000;
    if (ms > 0) await wait(clock, ms, signal);
    return null;
  }

  /** The same call of the same state has the same key in every run of the execution. */
  #keyOf(state: string, parameters: unknown): string {
    const digest = createHash('sha256')
      .update(JSON.stringify(parameters) ?? '')
      .digest('hex');
    const call = `${state}#${digest.slice(0, 16)}`;
    const number = (this.#calls.get(call) ?? 0) + 1;
    this.#calls.set(call, number);
    return `${call}#${number}`;
  }
}

interface WaitParameters {
  readonly Seconds?: number;
  readonly Timestamp?: string;
}

function serviceOf(resource: TaskResource | undefined): string {
  if (resource?.kind === 'operation') return resource.service;
  if (resource?.kind === 'job') return jobServices[resource.type].resourceType;
  return 'lambda';
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
