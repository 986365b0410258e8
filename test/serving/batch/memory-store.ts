import { createHash } from 'node:crypto';
import type {
  ListedObject,
  ObjectHead,
  ObjectStore,
  ReadOptions,
  StoredBytes,
  WriteOptions,
} from '../../../serving/batch/object-store.ts';
import { type Place, placeText } from '../../../serving/batch/place.ts';

interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modified: Date;
  readonly metadata: Readonly<Record<string, string>>;
}

export type Operation = 'list' | 'head' | 'read' | 'write';

/** S3 as far as a batch job goes. Two of them may share their objects, as two workers share a bucket. */
export class MemoryStore implements ObjectStore {
  readonly objects: Map<string, Stored>;
  /** Throws to be a machine that dies; called before anything happens. */
  onOperation: (operation: Operation, place: Place) => void = () => undefined;
  /** As `onOperation`, but the object is there: only the answer is lost. */
  onWritten: () => void = () => undefined;
  pageSize = 1000;
  time = new Date('2026-11-22T06:00:00.000Z');

  constructor(objects = new Map<string, Stored>()) {
    this.objects = objects;
  }

  put(text: string, content: string | Uint8Array): void {
    this.objects.set(text, this.#stored(Buffer.from(content), {}));
  }

  text(text: string): string {
    const stored = this.objects.get(text);
    if (!stored) throw new Error(`nothing at ${text}; there are ${this.keys().join(' ')}`);
    return Buffer.from(stored.bytes).toString('utf8');
  }

  json(text: string): never {
    return JSON.parse(this.text(text)) as never;
  }

  keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async *list(prefix: Place): AsyncGenerator<readonly ListedObject[]> {
    this.onOperation('list', prefix);
    const keys = this.keys(placeText(prefix));
    for (let at = 0; at < keys.length; at += this.pageSize) {
      yield keys.slice(at, at + this.pageSize).map((text) => {
        const { bytes, etag, modified } = this.objects.get(text) as Stored;
        const key = text.slice(`s3://${prefix.bucket}/`.length);
        return { key, size: bytes.byteLength, etag, modified };
      });
    }
  }

  async head(place: Place): Promise<ObjectHead | undefined> {
    this.onOperation('head', place);
    const stored = this.objects.get(placeText(place));
    return stored && { ...stored, size: stored.bytes.byteLength };
  }

  async read(place: Place, options: ReadOptions = {}): Promise<StoredBytes | undefined> {
    this.onOperation('read', place);
    const stored = this.objects.get(placeText(place));
    if (!stored || (options.etag && options.etag !== stored.etag)) return undefined;
    const { start, end } = options.range ?? { start: 0, end: stored.bytes.byteLength };
    return { bytes: stored.bytes.slice(start, end), etag: stored.etag };
  }

  async write(place: Place, bytes: Uint8Array, options: WriteOptions = {}) {
    this.onOperation('write', place);
    const text = placeText(place);
    const current = this.objects.get(text);
    const { condition, metadata = {} } = options;
    if (condition === 'absent' && current) return undefined;
    if (typeof condition === 'object' && current?.etag !== condition.etag) return undefined;
    const stored = this.#stored(Buffer.from(bytes), metadata);
    this.objects.set(text, stored);
    this.onWritten();
    return stored.etag;
  }

  #stored(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Stored {
    const etag = createHash('md5').update(bytes).digest('hex');
    return { bytes, etag, modified: this.time, metadata };
  }
}
