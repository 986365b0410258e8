import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Acquired } from './environment-group.ts';
import type { EnvironmentLauncher } from './environment-launcher.ts';
import { type EnvironmentLog, type Page, tailOf } from './environment-log.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { FunctionReference } from './function-name.ts';
import type { StreamSink } from './invocation.ts';
import { choose, type Destination, type InvocationRoute } from './invocation-route.ts';
import { limits } from './limits.ts';
import type { Outcome } from './outcome.ts';
import { reportLines } from './report-lines.ts';

export interface InvokeRequest {
  readonly reference: FunctionReference;
  readonly payload: Buffer;
  /** Return the end of the log. */
  readonly tail?: boolean;
  readonly clientContext?: string | undefined;
  readonly stream?: StreamSink;
}

export interface InvokeResult {
  readonly version: string;
  readonly functionError?: 'Unhandled';
  readonly payload: Buffer;
  readonly logTail?: string;
}

export interface InvokerOptions {
  readonly time: Clock;
  readonly random: () => number;
  readonly pool: EnvironmentPool;
  readonly launcher: EnvironmentLauncher;
  readonly metrics: FunctionMetrics;
  readonly routeOf: (reference: FunctionReference) => InvocationRoute;
}

/** One invocation under way. */
interface Call {
  readonly request: InvokeRequest;
  readonly requestId: string;
  readonly traceId: string;
  readonly route: InvocationRoute;
  readonly to: Destination;
}

/** How an environment ran it. */
interface Run {
  readonly environment: ExecutionEnvironment;
  readonly log: EnvironmentLog;
  readonly page: Page;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** Runs functions: chooses the version, finds an environment, has it answer, and keeps the books. */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #running = new Map<string, number>();

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  async invoke(request: InvokeRequest): Promise<InvokeResult> {
    const { routeOf, random, pool } = this.#options;
    const route = routeOf(request.reference);
    if (request.payload.length > limits.requestBytes) throw tooLarge();
    const to = choose(route, random);
    this.#enter(route, to);
    try {
      const call = { request, requestId: randomUUID(), traceId: newTraceId(), route, to };
      for (;;) {
        const acquiring = pool.acquire(to.target);
        // An idle environment is there at once; only waiting is worth a turn of the event loop.
        const acquired = acquiring instanceof Promise ? await acquiring : acquiring;
        const run = await this.#serve(call, acquired);
        // Its environment ended over the request before it: this one has not begun and goes to another.
        if (!run) continue;
        return request.tail ? await this.#tailed(call, run) : this.#finish(call, run);
      }
    } finally {
      this.#running.set(route.functionName, this.#runningOf(route) - 1);
    }
  }

  #serve(call: Call, acquired: Acquired): Promise<Run | undefined> {
    const { to } = call;
    switch (acquired.kind) {
      case 'environment':
        return this.#run(call, acquired.environment, to.record.Timeout * 1000);
      case 'throttled':
        this.#options.metrics.throttle(to.scope);
        throw throttled('ConcurrentInvocationLimitExceeded');
      case 'init-failed':
        return this.#runFromStart(call);
    }
  }

  /** After an initialization that failed, Lambda does it again as part of the invocation. */
  async #runFromStart(call: Call): Promise<Run | undefined> {
    const { launcher, pool, time } = this.#options;
    const { record, target } = call.to;
    const timeoutMs = record.Timeout * 1000;
    const since = time.now();
    const { environment, initialized } = launcher.launch(record, timeoutMs, 'invoke');
    const outcome = await initialized;
    if (outcome.kind !== 'ready') {
      const log = launcher.logOf(environment);
      const page = log.begin(call.requestId, log.platform.start(call.requestId, record.Version));
      return { environment, log, page, outcome, durationMs: time.now() - since };
    }
    pool.adopt(target, environment);
    return this.#run(call, environment, timeoutMs - (time.now() - since));
  }

  /** Undefined when the environment ended before it began. */
  async #run(
    call: Call,
    environment: ExecutionEnvironment,
    timeoutMs: number,
  ): Promise<Run | undefined> {
    const { request, requestId, traceId, route, to } = call;
    const log = this.#options.launcher.logOf(environment);
    // Where something may still come of another invocation, the process has to tell them apart.
    const isMarked = environment.isRunning || log.isBehind;
    const start = log.platform.start(requestId, to.record.Version);
    const page = log.begin(requestId, start, { tail: request.tail, isMarked });
    const turn = await environment.invoke({
      requestId,
      payload: request.payload,
      timeoutMs,
      functionArn: route.functionArn,
      traceId,
      clientContext: request.clientContext,
      stream: request.stream,
      isMarked,
    });
    if (turn !== 'unbegun') return { environment, log, page, ...turn };
    log.drop(page);
    return undefined;
  }

  #finish(call: Call, run: Run): InvokeResult {
    const result = this.#resultOf(call, run);
    run.log.end(run.page, () => lastLines(call, run));
    return result;
  }

  async #tailed(call: Call, run: Run): Promise<InvokeResult> {
    const result = this.#resultOf(call, run);
    await new Promise<void>((resolve) => {
      run.log.end(run.page, () => lastLines(call, run), resolve);
    });
    return { ...result, logTail: tailOf(run.page) };
  }

  #resultOf({ requestId, to }: Call, { log, page, outcome, durationMs }: Run): InvokeResult {
    const failed = outcome.kind !== 'answer';
    if (failed && isMalformed(outcome)) {
      log.drop(page);
      throw malformed(outcome.payload);
    }
    this.#options.metrics.invocation(to.scope, durationMs, failed);
    const { Version, Timeout } = to.record;
    const payload = payloadOf(outcome, requestId, Timeout);
    return failed
      ? { version: Version, payload, functionError: 'Unhandled' }
      : { version: Version, payload };
  }

  #enter(route: InvocationRoute, to: Destination): void {
    const running = this.#runningOf(route) + 1;
    if (route.reservedConcurrency !== undefined && running > route.reservedConcurrency) {
      this.#options.metrics.throttle(to.scope);
      throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.#running.set(route.functionName, running);
    this.#options.metrics.concurrency(to.scope, running);
  }

  #runningOf({ functionName }: InvocationRoute): number {
    return this.#running.get(functionName) ?? 0;
  }
}

function lastLines({ requestId, traceId, to }: Call, run: Run): string[] {
  return reportLines({ requestId, traceId, record: to.record }, run);
}

function payloadOf(outcome: Outcome, requestId: string, timeout: number): Buffer {
  if ('payload' in outcome) return outcome.payload;
  const [errorType, reason] =
    outcome.kind === 'timeout'
      ? ['Sandbox.Timedout', `Task timed out after ${timeout.toFixed(2)} seconds`]
      : ['Runtime.ExitError', outcome.reason];
  const errorMessage = `RequestId: ${requestId} Error: ${reason}`;
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}

/** The runtime reads the event first: only it needs to parse it, and tells when it cannot. */
function isMalformed(outcome: Outcome): outcome is Extract<Outcome, { kind: 'error' }> {
  return outcome.kind === 'error' && outcome.errorType === 'Runtime.MalformedEvent';
}

function malformed(payload: Buffer): AwsError {
  const { errorMessage } = JSON.parse(payload.toString());
  return new AwsError(
    'InvalidRequestContentException',
    `Could not parse request body into json: ${errorMessage}`,
  );
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${limits.requestBytes} bytes for the InvokeFunction operation`,
    413,
  );
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', `Rate Exceeded. Reason: ${reason}`, 429);
}

/** Random enough to tell traces apart, without a system call for each request. */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const id = randomUUID();
  const parent = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18);
  return `Root=1-${seconds}-${id.slice(24)}${id.slice(19, 23)}${id.slice(0, 8)};Parent=${parent};Sampled=0`;
}
