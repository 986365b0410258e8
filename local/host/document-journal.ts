import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { CannotStart } from './cannot-start.ts';

/** What became of one document: its new value, or nothing when it was deleted. */
interface Change {
  readonly key: string;
  readonly value?: unknown;
}

/** A file smaller than this is not worth writing anew. */
const SMALL = 1024 * 1024;

/**
 * Documents on disk: one line for each change, appended, and the file written anew when most of its
 * lines are outdated. A file for each document, replaced by renaming, takes a fifth of the cloud's time
 * when many stacks are deployed: ext4 waits for the disk at each such renaming, and looks for a place
 * for each new file among all that were deleted within the last minute.
 */
export class DocumentJournal {
  readonly #file: string;
  #bytes = 0;
  /** Size of the file when it last held each document once. */
  #compactBytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The documents as the last change left them. */
  read(): Map<string, unknown> {
    const documents = new Map<string, unknown>();
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    // A line without its end is a change that a kill cut off: nobody was told that it was made.
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = complete.split('\n').slice(0, -1);
    for (const [index, line] of lines.entries()) {
      const { key, value } = this.#parse(line, index);
      if (value === undefined) documents.delete(key);
      else documents.set(key, value);
    }
    this.#bytes = Buffer.byteLength(complete);
    this.#compactBytes = this.#bytes;
    if (complete !== text) truncateSync(this.#file, this.#bytes);
    if (this.#bytes > SMALL && lines.length > 2 * documents.size) this.#rewrite(documents);
    return documents;
  }

  /** Writes a change, which `documents` holds already. */
  append(change: Change, documents: ReadonlyMap<string, unknown>): void {
    const line = `${JSON.stringify(change)}\n`;
    try {
      appendFileSync(this.#file, line);
    } catch (error) {
      // The next line must not be glued to what a full disk has left of this one.
      if (existsSync(this.#file)) truncateSync(this.#file, this.#bytes);
      throw error;
    }
    this.#bytes += Buffer.byteLength(line);
    if (this.#bytes > SMALL + 2 * this.#compactBytes) this.#rewrite(documents);
  }

  #parse(line: string, index: number): Change {
    try {
      return JSON.parse(line);
    } catch (error) {
      const where = `Line ${index + 1} of ${this.#file}`;
      const why = (error as Error).message;
      throw new CannotStart(
        `${where} is no change of a document: ${why}. Restore the file, or remove the state folder to start anew.`,
      );
    }
  }

  #rewrite(documents: ReadonlyMap<string, unknown>): void {
    const lines = [...documents].map(([key, value]) => `${JSON.stringify({ key, value })}\n`);
    const text = lines.join('');
    writeFileSync(`${this.#file}.tmp`, text);
    renameSync(`${this.#file}.tmp`, this.#file);
    this.#bytes = Buffer.byteLength(text);
    this.#compactBytes = this.#bytes;
  }
}
