import type { LogBatch, LogStream } from '../../telemetry/log-batch.ts';
import type { FunctionRecord } from './function-record.ts';
import { limits } from './limits.ts';
import { type PlatformLog, platformLog } from './platform-log.ts';

/** The lines of one invocation. */
export interface Page {
  readonly requestId: string;
  readonly start: string;
  /** Of what was printed, when the caller wants to see its end. */
  readonly tail: string[] | undefined;
  /** Printed before the page could be opened. */
  readonly held: string[];
  /** The process tells when it turns to it. */
  readonly isMarked: boolean;
  isOpen: boolean;
  /** What is printed from now on is of this invocation, or of one behind it. */
  isReached: boolean;
  /** Its last lines, once they are known. */
  report: (() => readonly string[]) | undefined;
  /** Called when they have been written. */
  closed: () => void;
}

/** The log stream of one execution environment: its process's lines and Lambda's own. */
export class EnvironmentLog {
  readonly platform: PlatformLog;
  /** Milliseconds that its start took, until an invocation has reported them. */
  initMs: number | undefined;
  readonly #batch: LogBatch;
  readonly #stream: LogStream;
  /** Of invocations that are not reported yet, in their order. */
  readonly #pages: Page[] = [];

  constructor(batch: LogBatch, record: FunctionRecord, streamName: string) {
    this.#batch = batch;
    this.#stream = batch.stream(record.LoggingConfig.LogGroup, streamName);
    this.platform = platformLog(record.LoggingConfig.LogFormat);
  }

  /** A line of Lambda's own, of no invocation. */
  write(line: string): void {
    this.#batch.add(this.#stream, line);
  }

  /** A line that the process has printed. */
  print(line: string): void {
    const page = this.#pages.findLast(({ isReached }) => isReached);
    if (page && !page.isOpen) page.held.push(line);
    else this.#put(line, page);
  }

  /** Whether the lines of an invocation are not complete yet, though it may have ended. */
  get isBehind(): boolean {
    return this.#pages.length > 0;
  }

  /** An invocation begins; one that is marked does when the process says that it has turned to it. */
  begin(requestId: string, start: string, { tail = false, isMarked = false } = {}): Page {
    const page: Page = {
      requestId,
      start,
      tail: tail ? [] : undefined,
      held: [],
      isMarked,
      isOpen: false,
      isReached: false,
      report: undefined,
      closed: () => {},
    };
    this.#pages.push(page);
    this.#openFirst();
    return page;
  }

  /** The process has turned to the next event: all of the one before has been printed. */
  turn(requestId: string): void {
    const page = this.#pages.find((each) => each.requestId === requestId);
    if (!page) return;
    page.isReached = true;
    const [first] = this.#pages;
    if (first !== page && first?.report) this.#close(first);
    this.#openFirst();
  }

  /** An invocation has ended; `report` gives its last lines. */
  end(page: Page, report: () => readonly string[], closed = () => {}): void {
    page.report = report;
    page.closed = closed;
    // What the process printed before it answered is read in this turn of the event loop, or in the next
    // one, when the answer came just behind what was read in this.
    setImmediate(() => setImmediate(() => this.#close(page)));
  }

  /** An invocation ends without a report. */
  drop(page: Page): void {
    const index = this.#pages.indexOf(page);
    if (index >= 0) this.#pages.splice(index, 1);
    this.#openFirst();
  }

  takeInitMs(): number | undefined {
    const taken = this.initMs;
    this.initMs = undefined;
    return taken;
  }

  #close(page: Page): void {
    if (!this.#pages.includes(page)) return;
    page.isReached = true;
    this.#openFirst();
    for (const line of page.report?.() ?? []) this.#put(line, page);
    this.drop(page);
    page.closed();
  }

  #openFirst(): void {
    const [page] = this.#pages;
    if (!page || page.isOpen) return;
    page.isReached ||= !page.isMarked;
    if (!page.isReached) return;
    page.isOpen = true;
    for (const line of [page.start, ...page.held]) this.#put(line, page);
  }

  #put(line: string, page: Page | undefined): void {
    this.#batch.add(this.#stream, line);
    page?.tail?.push(line);
  }
}

/** The end of what an invocation logged, base64 as Invoke returns it. */
export function tailOf({ tail = [] }: Page): string {
  const text = Buffer.from(`${tail.join('\n')}\n`);
  return text.subarray(-limits.logTailBytes).toString('base64');
}

/** `2026/01/31/[version]` and a name of its own, as Lambda names the streams of environments. */
export function logStreamName(time: number, version: string, id: string): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${id}`;
}
