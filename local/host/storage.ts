import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One service's durable state: collections of JSON documents, and a folder for blobs.
 * A document is one file, replaced atomically, so a kill at any moment leaves the old or the new.
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
      found = new FileCollection(join(this.folder, name));
      this.#collections.set(name, found);
    }
    return found as FileCollection<T>;
  }
}

class FileCollection<T> implements Collection<T> {
  readonly #folder: string;
  readonly #documents = new Map<string, T>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      if (!file.endsWith('.json')) continue; // a .tmp left by a kill
      const { key, value } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      this.#documents.set(key, value);
    }
  }

  get(key: string): T | undefined {
    return this.#documents.get(key);
  }

  set(key: string, value: T): void {
    this.#documents.set(key, value);
    const file = this.#file(key);
    writeFileSync(`${file}.tmp`, JSON.stringify({ key, value }));
    renameSync(`${file}.tmp`, file);
  }

  delete(key: string): void {
    if (this.#documents.delete(key)) rmSync(this.#file(key), { force: true });
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

  #file(key: string): string {
    return join(this.#folder, `${fileName(key)}.json`);
  }
}

/** A key as a file name: readable where possible, hashed where the name would be too long. */
function fileName(key: string): string {
  const readable = encodeURIComponent(key).replaceAll('*', '%2A');
  if (readable.length <= 180 && readable.toLowerCase() === readable) return readable;
  return `${readable.slice(0, 120)}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
