import { createHash, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../host/aws-error.ts';

interface Digest {
  update(data: Buffer): void;
  base64(): string;
}

/** The algorithms that can be verified here; data under another one is taken as it is. */
const digests: Readonly<Record<string, () => Digest>> = {
  'x-amz-checksum-crc32': crc32Digest,
  'x-amz-checksum-sha1': () => hashDigest(createHash('sha1')),
  'x-amz-checksum-sha256': () => hashDigest(createHash('sha256')),
  'content-md5': () => hashDigest(createHash('md5')),
};

/** Passes data on and fails at its end unless it has the checksum that its sender announced. */
export class ChecksumVerifier extends Transform {
  readonly #expected: () => string | undefined;
  readonly #digest: Digest | undefined;

  /** `trailers` is read when the data has ended. */
  constructor(headers: IncomingHttpHeaders, trailers: () => Readonly<Record<string, string>>) {
    super();
    const announced = [String(headers['x-amz-trailer'] ?? ''), ...Object.keys(headers)];
    const name = announced.find((candidate) => Object.hasOwn(digests, candidate)) ?? '';
    this.#digest = digests[name]?.();
    this.#expected = () => trailers()[name] ?? (headers[name] as string | undefined);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#digest?.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const expected = this.#digest && this.#expected();
    const matches = expected === undefined || expected === this.#digest?.base64();
    done(
      matches
        ? null
        : new AwsError('BadDigest', 'The data does not have the checksum it came with'),
    );
  }
}

function crc32Digest(): Digest {
  let value = 0;
  return {
    update: (data) => {
      value = crc32(data, value);
    },
    base64: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function hashDigest(hash: Hash): Digest {
  return { update: (data) => void hash.update(data), base64: () => hash.digest('base64') };
}
