import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';

/** A stream keeps the newest four to eight megabytes: one file being written, and the one before. */
const FILE_BYTES = 4 * 1024 * 1024;

export interface LogEvent {
  /** Counts up within the stream. */
  readonly index: number;
  /** Milliseconds since the epoch, as the sender said. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/**
 * The events of one stream, appended to a file as they come: of each call a line that begins with
 * `=`, the first event's index and the time of ingestion, then a line with time and message each.
 */
export class LogStream {
  readonly #file: string;
  #bytes: number;
  #last: LogEvent | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#bytes = existsSync(file) ? cutUnfinished(file) : 0;
    this.#last = this.read().at(-1);
  }

  /** The newest event; undefined when there has been none. */
  get last(): LogEvent | undefined {
    return this.#last;
  }

  get bytes(): number {
    const before = `${this.#file}.1`;
    return this.#bytes + (existsSync(before) ? statSync(before).size : 0);
  }

  append(events: readonly { timestamp: number; message: string }[], ingestionTime: number): void {
    const last = events.at(-1);
    if (!last) return;
    const first = (this.#last?.index ?? -1) + 1;
    let text = `= ${first} ${ingestionTime}\n`;
    for (const { timestamp, message } of events) {
      text += `${timestamp} ${isLine(message) ? message : JSON.stringify(message)}\n`;
    }
    appendFileSync(this.#file, text);
    const { timestamp, message } = last;
    this.#last = { index: first + events.length - 1, timestamp, ingestionTime, message };
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes < FILE_BYTES) return;
    renameSync(this.#file, `${this.#file}.1`);
    this.#bytes = 0;
  }

  /** Oldest first. */
  read(): LogEvent[] {
    return [`${this.#file}.1`, this.#file].filter(existsSync).flatMap(readEvents);
  }

  remove(): void {
    for (const file of [this.#file, `${this.#file}.1`]) rmSync(file, { force: true });
  }
}

/** Whether a message stands in the file as it is; others stand there as JSON strings. */
function isLine(message: string): boolean {
  return !message.includes('\n') && !message.startsWith('"');
}

function readEvents(file: string): LogEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.pop(); // the empty end of the file
  const events: LogEvent[] = [];
  let index = 0;
  let ingestionTime = 0;
  for (const line of lines) {
    const space = line.indexOf(' ');
    const [start, rest] = [line.slice(0, space), line.slice(space + 1)];
    if (start === '=') {
      [index = 0, ingestionTime = 0] = rest.split(' ').map(Number);
      continue;
    }
    const message = rest.startsWith('"') ? JSON.parse(rest) : rest;
    events.push({ index, timestamp: Number(start), ingestionTime, message });
    index += 1;
  }
  return events;
}

/** Removes the line that a kill may have left unfinished at the end; returns the bytes that remain. */
function cutUnfinished(file: string): number {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(file, end);
  return end;
}
