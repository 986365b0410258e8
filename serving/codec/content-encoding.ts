import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';

interface ContentEncoding {
  readonly name: string;
  /** Whether the bytes begin as this encoding's do. */
  readonly magic: (bytes: Buffer) => boolean;
  readonly expand: (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;
  readonly compress: (bytes: Buffer) => Buffer;
}

// Level 1: a higher one costs more time than most models need for their inference.
const fast = { level: 1 };

// Each calls zlib and none is zlib's own: a cold start would load it for a body that is not compressed.
export const contentEncodings: readonly ContentEncoding[] = [
  {
    name: 'gzip',
    magic: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b,
    expand: (bytes, options) => gunzipSync(bytes, options),
    compress: (bytes) => gzipSync(bytes, fast),
  },
  {
    // HTTP's deflate is the zlib format: a first byte that says "deflate", and a checksum of 31.
    name: 'deflate',
    magic: (bytes) =>
      ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0,
    expand: (bytes, options) => inflateSync(bytes, options),
    compress: (bytes) => deflateSync(bytes, fast),
  },
];

/** The body as the caller wrote it before compression. */
export function expandBody(
  bytes: Buffer,
  header: string | undefined,
  bound: number = limits.inflatedBody,
): Buffer {
  const name = header?.trim().toLowerCase();
  if (!name || name === 'identity') return bytes;
  const encoding = contentEncodings.find((candidate) => candidate.name === name.replace(/^x-/, ''));
  if (!encoding) {
    throw new SiskinError(
      'encoding_not_supported',
      `Content-Encoding is ${quote(header)}, but only gzip and deflate are supported`,
      { headers: { 'accept-encoding': 'gzip, deflate' } },
    );
  }
  // A gateway may have expanded the body already and left the header.
  if (!encoding.magic(bytes)) return bytes;
  try {
    return encoding.expand(bytes, { maxOutputLength: bound });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new SiskinError(
        'body_too_large',
        `the body expands to more than ${bound} bytes; send fewer elements in one request`,
      );
    }
    throw new SiskinError(
      'bad_body',
      `the body is not what Content-Encoding ${quote(header)} says: ${(cause as Error).message}`,
    );
  }
}

/** The encoding that the caller likes best of those known here; undefined for none. */
export function acceptedEncoding(header: string | undefined): ContentEncoding | undefined {
  if (!header) return undefined;
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = contentEncodings
    .filter(({ name }) => weightOf(name) > 0)
    .toSorted((a, b) => weightOf(b.name) - weightOf(a.name));
  return best;
}
