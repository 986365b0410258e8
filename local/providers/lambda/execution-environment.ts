import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock, Timer } from '../../host/clock.ts';
import { LineSplitter } from '../../telemetry/line-splitter.ts';
import { BodyCollector } from './body-collector.ts';
import type { Invocation } from './invocation.ts';
import { limits } from './limits.ts';
import { exitReason, type InitOutcome, type Outcome } from './outcome.ts';
import type { Headers } from './runtime/http-message.ts';
import {
  type Answer,
  type ApiRequest,
  type RequestSink,
  RuntimeApi,
  type RuntimeApiListener,
  reply,
} from './runtime-api.ts';
import { ACCEPTED, brokenStream, eventReply, refusal, tooLarge } from './runtime-replies.ts';

export interface EnvironmentOptions {
  /** The bundled runtime. */
  readonly runtime: string;
  /** Where the environment's socket goes; a free path. */
  readonly socket: string;
  /** Variables that Node itself must see when it boots. */
  readonly bootVariables: Readonly<Record<string, string>>;
  readonly time: Clock;
}

interface Running {
  readonly invocation: Invocation;
  /** Where its answer is posted. */
  readonly answerPath: string;
  readonly timer: Timer;
  readonly settle: (outcome: Outcome) => void;
}

const API = '/2018-06-01/runtime/';
const NEXT = `${API}invocation/next`;

/** One execution environment: a process of its own that answers one event at a time. */
export class ExecutionEnvironment implements RuntimeApiListener {
  /** Called each time it asks for an event. */
  onIdle: () => void = () => {};
  /** Called once, after its process has ended. */
  onEnded: () => void = () => {};
  /** Removes what belongs to it alone, after its process has ended. */
  cleanUp: () => void = () => {};
  /** Takes each line that the process prints. */
  onLine: (line: string) => void = () => {};
  /** Largest memory in bytes that it has told of. */
  memoryUsed = 0;
  /** Where its Runtime API is. */
  readonly socket: string;
  readonly #time: Clock;
  readonly #api: RuntimeApi;
  readonly #process: ChildProcess;
  #assignment: string | undefined;
  #assignmentAsked: Answer | undefined;
  #nextAsked: Answer | undefined;
  #settleInit: ((outcome: InitOutcome) => void) | undefined;
  #running: Running | undefined;
  #ended = false;
  #tellEnded: () => void = () => {};
  /** Resolves once its process has ended. */
  readonly whenEnded = new Promise<void>((resolve) => {
    this.#tellEnded = resolve;
  });

  constructor({ runtime, socket, bootVariables, time }: EnvironmentOptions) {
    this.socket = socket;
    this.#time = time;
    this.#api = new RuntimeApi(socket, this);
    this.#api.listen();
    this.#process = spawn(process.execPath, [runtime, socket], {
      env: bootVariables,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      const lines = new LineSplitter((line) => this.onLine(line));
      stream?.on('data', (chunk) => lines.push(chunk)).on('end', () => lines.end());
    }
    // What the process sent before it ended is read in the turn in between.
    this.#process.on('exit', (code, signal) =>
      setImmediate(() => setImmediate(() => this.#end(exitReason(code, signal)))),
    );
    this.#process.on('error', (error) =>
      this.#end(`Runtime could not be started: ${error.message}`),
    );
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** Gives the process its function; resolves when the function is loaded, or is not. */
  initialize(variables: Readonly<Record<string, string>>, limitMs: number): Promise<InitOutcome> {
    if (this.#ended) return Promise.resolve({ kind: 'exit', reason: exitReason(1, null) });
    this.#assignment = JSON.stringify({ variables });
    this.#assign();
    return new Promise((resolve) => {
      const timer = this.#time.at(this.#time.now() + limitMs, () => {
        this.#settleInit?.({ kind: 'timeout' });
        this.kill();
      });
      this.#settleInit = (outcome) => {
        timer.cancel();
        this.#settleInit = undefined;
        resolve(outcome);
      };
    });
  }

  /** Only while it waits for an event. */
  invoke(invocation: Invocation): Promise<Outcome> {
    const next = this.#nextAsked;
    if (!next) throw new Error('The execution environment is not idle');
    this.#nextAsked = undefined;
    return new Promise((settle) => {
      const deadline = this.#time.now() + invocation.timeoutMs;
      const timer = this.#time.at(deadline, () => {
        this.#settle({ kind: 'timeout' });
        this.kill();
      });
      const answerPath = `${API}invocation/${invocation.requestId}/response`;
      this.#running = { invocation, answerPath, timer, settle };
      next(eventReply(invocation, deadline));
    });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  request(request: ApiRequest, answer: Answer, length: number | undefined): RequestSink {
    const { method, path } = request;
    if (method === 'GET' && path === NEXT) return atEnd(() => this.#next(answer));
    if (method === 'POST' && path === this.#running?.answerPath) {
      return this.#takeAnswer(request.headers, length, answer);
    }
    return this.#rareRequest(request, answer, length);
  }

  #rareRequest(request: ApiRequest, answer: Answer, length: number | undefined): RequestSink {
    const { method, path } = request;
    if (method === 'GET' && path === '/siskin/assignment') return atEnd(() => this.#ask(answer));
    if (method === 'POST' && path === `${API}init/error`) {
      return this.#takeError(request, length, answer, (outcome) => this.#settleInit?.(outcome));
    }
    const [, id, what] =
      /^invocation\/([^/]+)\/(response|error)$/.exec(path.slice(API.length)) ?? [];
    if (method !== 'POST' || !path.startsWith(API) || !id) {
      return atEnd(() => answer(reply('404 Not Found', '')));
    }
    if (what !== 'error' || id !== this.#running?.invocation.requestId) {
      return atEnd(() => answer(refusal('400 Bad Request', 'InvalidRequestID')));
    }
    return this.#takeError(request, length, answer, (outcome) => this.#settle(outcome));
  }

  broken(): void {
    // A runtime that cannot be talked to is of no use; when it has ended this changes nothing.
    this.kill();
  }

  #ask(answer: Answer): void {
    this.#assignmentAsked = answer;
    this.#assign();
  }

  #assign(): void {
    if (this.#assignment === undefined || !this.#assignmentAsked) return;
    this.#assignmentAsked(reply('200 OK', '', this.#assignment));
    this.#assignmentAsked = undefined;
  }

  #next(answer: Answer): void {
    this.#nextAsked = answer;
    this.#settleInit?.({ kind: 'ready' });
    this.onIdle();
  }

  #takeAnswer(headers: Headers, length: number | undefined, answer: Answer): RequestSink {
    const running = this.#running as Running;
    this.#noteMemory(headers);
    const streaming = headers['lambda-runtime-function-response-mode'] === 'streaming';
    const sink = running.invocation.stream;
    if (sink) sink.begin(headers['content-type'] ?? 'application/octet-stream');
    const body = new BodyCollector(limits.responseBytes, length);
    return {
      body: (chunk) => (sink ? sink.chunk(chunk) : body.add(chunk)),
      end: (trailers) => {
        if (body.tooLarge) {
          answer(refusal('413 Payload Too Large', 'Function.ResponseSizeTooLarge'));
          this.#settle(tooLarge(body.size));
          return;
        }
        answer(ACCEPTED);
        this.#settle(
          (streaming && brokenStream(trailers)) || { kind: 'answer', payload: body.take() },
        );
      },
    };
  }

  #takeError(
    { headers }: ApiRequest,
    length: number | undefined,
    answer: Answer,
    settle: (outcome: Exclude<Outcome, { kind: 'answer' }>) => void,
  ): RequestSink {
    const body = new BodyCollector(limits.responseBytes, length);
    const errorType = headers['lambda-runtime-function-error-type'] ?? 'Unhandled';
    this.#noteMemory(headers);
    return {
      body: (chunk) => body.add(chunk),
      end: () => {
        answer(ACCEPTED);
        settle({ kind: 'error', errorType, payload: body.take() });
      },
    };
  }

  #noteMemory(headers: Headers): void {
    const used = Number(headers['siskin-memory-used']);
    if (used > this.memoryUsed) this.memoryUsed = used;
  }

  #settle(outcome: Outcome): void {
    const running = this.#running;
    this.#running = undefined;
    running?.timer.cancel();
    running?.settle(outcome);
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#api.close();
    this.#settleInit?.({ kind: 'exit', reason });
    this.#settle({ kind: 'exit', reason });
    this.onEnded();
    this.cleanUp();
    this.#tellEnded();
  }
}

function atEnd(act: () => void): RequestSink {
  return { body() {}, end: act };
}
