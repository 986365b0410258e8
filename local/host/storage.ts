import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DocumentJournal } from './document-journal.ts';

/**
 * One service's durable state: collections of JSON documents, and a folder for blobs. A document is on
 * disk when `set` returns; a kill at any moment leaves the old one or the new.
 */
export interface Storage {
  /** The service's own folder; blobs go below it. */
  readonly folder: string;
  collection<T>(name: string): Collection<T>;
}

export interface Collection<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  has(key: string): boolean;
  keys(): string[];
  values(): T[];
}

export class FileStorage implements Storage {
  readonly folder: string;
  readonly #collections = new Map<string, FileCollection<unknown>>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The same name gives the same collection: its documents are read once and kept in memory. */
  collection<T>(name: string): Collection<T> {
    let found = this.#collections.get(name);
    if (!found) {
      found = new FileCollection(join(this.folder, `${name}.jsonl`));
      this.#collections.set(name, found);
    }
    return found as FileCollection<T>;
  }
}

class FileCollection<T> implements Collection<T> {
  readonly #journal: DocumentJournal;
  readonly #documents: Map<string, T>;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#journal = new DocumentJournal(file);
    this.#documents = this.#journal.read() as Map<string, T>;
  }

  get(key: string): T | undefined {
    return this.#documents.get(key);
  }

  set(key: string, value: T): void {
    this.#documents.set(key, value);
    this.#journal.append({ key, value }, this.#documents);
  }

  delete(key: string): void {
    if (this.#documents.delete(key)) this.#journal.append({ key }, this.#documents);
  }

  has(key: string): boolean {
    return this.#documents.has(key);
  }

  keys(): string[] {
    return [...this.#documents.keys()];
  }

  values(): T[] {
    return [...this.#documents.values()];
  }
}
