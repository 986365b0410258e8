import { createHash, randomUUID } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { unpack } from './unpack.ts';

/** Where a package's bytes are: in the call, or in S3. */
export interface CodeSource {
  /** From the wire base64, from inside a Buffer. */
  readonly ZipFile?: string | Uint8Array;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
}

const SCOPE = 'package.json';

export interface CodePackage {
  readonly sha256: string;
  readonly size: number;
}

/**
 * Deployment packages, unzipped once per content: functions and layers with equal bytes share one
 * folder, so that what their processes map into memory is shared as well.
 */
export class CodeFolder {
  readonly #host: Host;
  readonly #folder: string;
  readonly #unpacking = new Map<string, Promise<void>>();
  /** Packages by the S3 object they came from: hundreds of functions may share one layer's. */
  readonly #fetched = new Map<string, Promise<CodePackage>>();

  constructor(host: Host, folder: string) {
    this.#host = host;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    // The state may lie in a project that calls its files ES modules; /var/task lies in none.
    writeFileSync(join(folder, SCOPE), '{"type":"commonjs"}');
  }

  /** The folder of a package that has been stored. */
  path(sha256: string): string {
    return join(this.#folder, Buffer.from(sha256, 'base64').toString('hex'));
  }

  /** Fetches and unpacks a package, unless it is there already. */
  async store(source: CodeSource): Promise<CodePackage> {
    const object = await this.#objectOf(source);
    if (object === undefined) return this.#fetch(source);
    const fetched = await this.#fetched.get(object);
    if (fetched && existsSync(this.path(fetched.sha256))) return fetched;
    if (fetched) this.#fetched.delete(object); // pruned meanwhile
    const fetching = this.#fetched.get(object) ?? this.#fetch(source);
    this.#fetched.set(object, fetching);
    fetching.catch(() => this.#fetched.delete(object));
    return fetching;
  }

  /** Names the content of an S3 object; undefined when the package is in the call itself. */
  async #objectOf(source: CodeSource): Promise<string | undefined> {
    const { S3Bucket, S3Key, S3ObjectVersion } = source;
    if (!S3Bucket || !S3Key) return undefined;
    const version = S3ObjectVersion && { VersionId: S3ObjectVersion };
    const head = { Bucket: S3Bucket, Key: S3Key, ...version };
    const { ETag } = await this.#host.call<{ ETag: string }>('s3', 'HeadObject', head);
    return `${S3Bucket}/${S3Key} ${ETag}`;
  }

  async #fetch(source: CodeSource): Promise<CodePackage> {
    const file = join(this.#folder, `${randomUUID()}.incoming`);
    try {
      const found = await save(await this.#open(source), file);
      await this.#unpackOnce(found.sha256, file);
      return found;
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Deletes every package that is not among `used`; only while none is being stored. */
  prune(used: ReadonlySet<string>): void {
    const kept = new Set([...used].map((sha256) => Buffer.from(sha256, 'base64').toString('hex')));
    kept.add(SCOPE);
    for (const name of readdirSync(this.#folder)) {
      if (!kept.has(name)) rmSync(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  async #open(source: CodeSource): Promise<Readable> {
    if (source.ZipFile !== undefined) {
      const { ZipFile: zip } = source;
      return Readable.from([typeof zip === 'string' ? Buffer.from(zip, 'base64') : zip]);
    }
    if (!source.S3Bucket || !source.S3Key) {
      throw new AwsError(
        'InvalidParameterValueException',
        'Code is given by ZipFile, or by S3Bucket and S3Key; images are not run by the local cloud',
      );
    }
    const { Body } = await this.#host.call<{ Body: Readable }>('s3', 'GetObject', {
      Bucket: source.S3Bucket,
      Key: source.S3Key,
      ...(source.S3ObjectVersion && { VersionId: source.S3ObjectVersion }),
    });
    return Body;
  }

  /** Two functions deployed at once may bring the same package. */
  #unpackOnce(sha256: string, file: string): Promise<void> {
    const target = this.path(sha256);
    if (existsSync(target)) return Promise.resolve();
    let unpacking = this.#unpacking.get(sha256);
    if (!unpacking) {
      const partial = `${target}.partial`;
      rmSync(partial, { recursive: true, force: true }); // left by a kill
      unpacking = unpack(file, partial)
        .then(() => renameSync(partial, target))
        .finally(() => this.#unpacking.delete(sha256));
      this.#unpacking.set(sha256, unpacking);
    }
    return unpacking;
  }
}

async function save(source: Readable, file: string): Promise<CodePackage> {
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(source, measure, createWriteStream(file));
  return { sha256: hash.digest('base64'), size };
}
