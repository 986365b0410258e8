import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

/** What is known of data that has been written. */
export interface StoredData {
  /** Name of its file in the data folder. */
  readonly file: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly crc32: number;
}

/** A body as the SDK gives it to those who read an object. */
export interface ObjectBody extends Readable {
  transformToByteArray(): Promise<Uint8Array>;
  transformToString(encoding?: BufferEncoding): Promise<string>;
}

export type Content = string | Uint8Array | Readable | undefined;

/** The bytes of all objects: each in a file that is written once and never changed. */
export class DataFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'data');
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Streams `content` to disk; data that does not arrive whole leaves nothing behind. */
  async write(content: Content): Promise<StoredData> {
    const file = randomUUID();
    const md5 = createHash('md5');
    let crc = 0;
    let size = 0;
    const measure = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        md5.update(chunk);
        crc = crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
    };
    try {
      await pipeline(toStream(content), measure, createWriteStream(this.path(file)));
    } catch (error) {
      await this.remove(file);
      throw error;
    }
    return { file, size, md5: md5.digest('hex'), crc32: crc };
  }

  async copy(source: string): Promise<string> {
    const file = randomUUID();
    await copyFile(this.path(source), this.path(file));
    return file;
  }

  /** Bytes `first` to `last`, both included. */
  async read(file: string, first: number, last: number): Promise<ObjectBody> {
    if (last < first) return asBody(Readable.from([]));
    // Opened now: a file that is removed while somebody reads it stays readable.
    const handle = await open(this.path(file));
    return asBody(handle.createReadStream({ start: first, end: last }));
  }

  async remove(file: string): Promise<void> {
    await rm(this.path(file), { force: true });
  }

  keepOnly(files: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#folder)) {
      if (!files.has(file)) rmSync(this.path(file), { force: true });
    }
  }

  path(file: string): string {
    return join(this.#folder, file);
  }
}

function toStream(content: Content): Readable {
  if (content instanceof Readable) return content;
  return Readable.from(
    content === undefined || content.length === 0 ? [] : [Buffer.from(content as Uint8Array)],
  );
}

function asBody(stream: Readable): ObjectBody {
  const bytes = async () => Buffer.concat(await stream.toArray());
  return Object.assign(stream, {
    transformToByteArray: bytes,
    transformToString: async (encoding: BufferEncoding = 'utf8') =>
      (await bytes()).toString(encoding),
  });
}
