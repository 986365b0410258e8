import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';

/** A stream keeps the newest four to eight megabytes: one file being written, and the one before. */
const FILE_BYTES = 4 * 1024 * 1024;
/** So much is held back at most before it is written. */
const BUFFER_CHARACTERS = 64 * 1024;

export interface LogEvent {
  /** Counts up within the stream. */
  readonly index: number;
  /** Milliseconds since the epoch, as the sender said. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A line on disk. */
type Line = [index: number, timestamp: number, ingestionTime: number, message: string];

/** The events of one stream, appended to a file line by line. */
export class LogStream {
  readonly #file: string;
  #bytes: number;
  #buffer: string[] = [];
  #buffered = 0;
  #last: LogEvent | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#bytes = existsSync(file) ? statSync(file).size : 0;
    this.#last = this.#readFiles().at(-1);
  }

  /** The newest event; undefined when there has been none. */
  get last(): LogEvent | undefined {
    return this.#last;
  }

  get bytes(): number {
    const before = `${this.#file}.1`;
    return this.#bytes + this.#buffered + (existsSync(before) ? statSync(before).size : 0);
  }

  append(events: readonly { timestamp: number; message: string }[], ingestionTime: number): void {
    let index = (this.#last?.index ?? -1) + 1;
    for (const { timestamp, message } of events) {
      const line = `${JSON.stringify([index, timestamp, ingestionTime, message] satisfies Line)}\n`;
      this.#buffer.push(line);
      this.#buffered += line.length;
      this.#last = { index, timestamp, ingestionTime, message };
      index += 1;
    }
    if (this.#buffered > BUFFER_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#buffer.length === 0) return;
    const text = this.#buffer.join('');
    this.#buffer = [];
    this.#buffered = 0;
    appendFileSync(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes < FILE_BYTES) return;
    renameSync(this.#file, `${this.#file}.1`);
    this.#bytes = 0;
  }

  /** Oldest first. */
  read(): LogEvent[] {
    this.flush();
    return this.#readFiles();
  }

  remove(): void {
    this.#buffer = [];
    for (const file of [this.#file, `${this.#file}.1`]) rmSync(file, { force: true });
  }

  #readFiles(): LogEvent[] {
    return [`${this.#file}.1`, this.#file].filter(existsSync).flatMap(readEvents);
  }
}

function readEvents(file: string): LogEvent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const [index, timestamp, ingestionTime, message] = JSON.parse(line) as Line;
        return [{ index, timestamp, ingestionTime, message }];
      } catch (error) {
        // The empty end of the file, or a line that a kill has cut off.
        if (error instanceof SyntaxError) return [];
        throw error;
      }
    });
}
