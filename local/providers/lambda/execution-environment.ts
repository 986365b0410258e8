import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../host/clock.ts';
import { LineSplitter } from '../../telemetry/line-splitter.ts';
import { answerSink, errorSink } from './answer-sinks.ts';
import type { Invocation } from './invocation.ts';
import { exitReason, type InitOutcome } from './outcome.ts';
import type { Headers } from './runtime/http-message.ts';
import { TURN_MARK } from './runtime/turn-mark.ts';
import {
  type Answer,
  type ApiRequest,
  type RequestSink,
  RuntimeApi,
  type RuntimeApiListener,
  reply,
} from './runtime-api.ts';
import { refusal } from './runtime-replies.ts';
import { type Turn, Turns } from './turns.ts';

export interface EnvironmentOptions {
  /** The bundled runtime. */
  readonly runtime: string;
  /** Where the environment's socket goes; a free path. */
  readonly socket: string;
  /** Variables that Node itself must see when it boots. */
  readonly bootVariables: Readonly<Record<string, string>>;
  readonly time: Clock;
}

const API = '/2018-06-01/runtime/';
const NEXT = `${API}invocation/next`;

/** One execution environment: a process of its own that answers one event at a time. */
export class ExecutionEnvironment implements RuntimeApiListener {
  /** Called once, after its process has ended. */
  onEnded: () => void = () => {};
  /** Removes what belongs to it alone, after its process has ended. */
  cleanUp: () => void = () => {};
  /** Takes each line that the process prints. */
  onLine: (line: string) => void = () => {};
  /** Called when it tells that it has begun with an event. */
  onBegun: (requestId: string) => void = () => {};
  /** Largest memory in bytes that it has told of. */
  memoryUsed = 0;
  /** Where its Runtime API is. */
  readonly socket: string;
  readonly #time: Clock;
  readonly #api: RuntimeApi;
  readonly #process: ChildProcess;
  #assignment: string | undefined;
  #assignmentAsked: Answer | undefined;
  #settleInit: ((outcome: InitOutcome) => void) | undefined;
  readonly #turns: Turns;
  #ended = false;
  #tellEnded: () => void = () => {};
  /** Resolves once its process has ended. */
  readonly whenEnded = new Promise<void>((resolve) => {
    this.#tellEnded = resolve;
  });

  constructor({ runtime, socket, bootVariables, time }: EnvironmentOptions) {
    this.socket = socket;
    this.#time = time;
    this.#turns = new Turns(time, () => this.kill());
    this.#api = new RuntimeApi(socket, this);
    this.#api.listen();
    this.#process = spawn(process.execPath, [runtime, socket], {
      env: bootVariables,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      const lines = new LineSplitter((line) => this.#print(line));
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

  /** Called each time it asks for an event and has none. */
  set onIdle(idle: () => void) {
    this.#turns.onIdle = idle;
  }

  /** Called when it asks for an event while it answers another. */
  set onAhead(ahead: () => void) {
    this.#turns.onAhead = ahead;
  }

  /** Called when an event that was given ahead runs. */
  set onTurn(turn: () => void) {
    this.#turns.onTurn = turn;
  }

  get isRunning(): boolean {
    return this.#turns.running !== undefined;
  }

  /** Whether it may be given an event while it answers another. */
  get takesAhead(): boolean {
    return this.#turns.takesAhead;
  }

  /** Only while it waits for an event, or takes one ahead. */
  invoke(invocation: Invocation): Promise<Turn> {
    return this.#turns.give(invocation);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  request(request: ApiRequest, answer: Answer, length: number | undefined): RequestSink {
    const { method, path } = request;
    if (method === 'GET' && path === NEXT) return atEnd(() => this.#next(answer));
    const running = this.#turns.running;
    if (method === 'POST' && running && path === answerPath(running)) {
      this.#noteMemory(request.headers);
      return answerSink(request, length, running.stream, answer, (end) => this.#turns.finish(end));
    }
    return this.#rareRequest(request, answer, length);
  }

  #rareRequest(request: ApiRequest, answer: Answer, length: number | undefined): RequestSink {
    const { method, path } = request;
    if (method === 'GET' && path === '/siskin/assignment') return atEnd(() => this.#ask(answer));
    if (method === 'POST' && path === `${API}init/error`) {
      return errorSink(request, length, answer, (outcome) => this.#settleInit?.(outcome));
    }
    const [, id, what] =
      /^invocation\/([^/]+)\/(response|error)$/.exec(path.slice(API.length)) ?? [];
    if (method !== 'POST' || !path.startsWith(API) || !id) {
      return atEnd(() => answer(reply('404 Not Found', '')));
    }
    if (what !== 'error' || id !== this.#turns.running?.requestId) {
      return atEnd(() => answer(refusal('400 Bad Request', 'InvalidRequestID')));
    }
    this.#noteMemory(request.headers);
    return errorSink(request, length, answer, (outcome) => this.#turns.finish(outcome));
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
    this.#settleInit?.({ kind: 'ready' });
    this.#turns.ask(answer);
  }

  /** What was printed before the mark, without a line end, is a line of its own. */
  #print(line: string): void {
    const mark = line.lastIndexOf(TURN_MARK);
    if (mark < 0) {
      this.onLine(line);
      return;
    }
    if (mark > 0) this.onLine(line.slice(0, mark));
    const requestId = line.slice(mark + TURN_MARK.length);
    this.#turns.begun(requestId);
    this.onBegun(requestId);
  }

  #noteMemory(headers: Headers): void {
    const used = Number(headers['siskin-memory-used']);
    if (used > this.memoryUsed) this.memoryUsed = used;
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#api.close();
    this.#settleInit?.({ kind: 'exit', reason });
    this.#turns.lose({ kind: 'exit', reason });
    this.onEnded();
    this.cleanUp();
    this.#tellEnded();
  }
}

function answerPath({ requestId }: Invocation): string {
  return `${API}invocation/${requestId}/response`;
}

function atEnd(act: () => void): RequestSink {
  return { body() {}, end: act };
}
