import { Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression, ObjectBytes } from '../records.ts';
import { RecordsError } from '../records-error.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** A range is read on beyond its end in steps of this size: enough for the rest of most records. */
const overlap = 64 * 1024;

/**
 * The bytes of an uncompressed object from `start` on: those before `end` in one transfer, and those
 * behind it, for the record that stands across, only when they are asked for.
 */
export async function* plainBytes(
  object: ObjectBytes,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = start;
  let step = overlap;
  let to = Math.min(object.byteLength, Math.max(start, end) + overlap);
  while (at < to) {
    const first = at;
    for await (const piece of object.stream(at, to)) {
      at += piece.length;
      yield piece;
    }
    if (at !== to) throw shortRead(first, to, at);
    step *= 2;
    to = Math.min(object.byteLength, to + step);
  }
}

/**
 * The first line that starts at `position` or behind it: what begins there if the byte before it is a
 * line feed, else what follows the next one. The object's end, when no line does.
 */
export async function firstLineFrom(object: ObjectBytes, position: number): Promise<number> {
  if (position <= 0) return 0;
  let at = position - 1;
  for await (const piece of plainBytes(object, at, at)) {
    const found = piece.indexOf(0x0a);
    if (found >= 0) return at + found + 1;
    at += piece.length;
  }
  return object.byteLength;
}

/** A port that gives fewer bytes than it was asked for would lose records in silence. */
function shortRead(start: number, end: number, at: number): RecordsError {
  return new RecordsError(
    'damaged',
    `bytes ${start} to ${end} of the object were asked for, but they ended at ${at}`,
  );
}

const expanders: Readonly<Record<Compression, () => Transform>> = {
  gzip: createGunzip,
  zstd: createZstdDecompress,
};

/** The text of a compressed object, from `start` of the text on. */
export async function* expandedBytes(
  object: ObjectBytes,
  compression: Compression,
  start: number,
): AsyncGenerator<Uint8Array> {
  let skip = start;
  const packed = plainBytes(object, 0, object.byteLength);
  for await (const piece of compression === 'zstd'
    ? expandFrames(packed)
    : expand(packed, 'gzip')) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      yield skip === 0 ? piece : piece.subarray(skip);
      skip = 0;
    }
  }
  if (skip > 0) {
    throw new RecordsError('damaged', `the text ends ${skip} bytes before position ${start}`);
  }
}

async function* expandFrames(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frames = new ZstdFrames(packed);
  try {
    while (await frames.begins()) yield* expand(frames.frame(), 'zstd');
  } finally {
    await frames.close();
  }
}

async function* expand(
  packed: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const expander = expanders[compression]();
  const source = Readable.from(packed, { objectMode: false });
  // Whoever fails or stops first takes the other along; the iteration below throws what happened.
  source.on('error', (error) => expander.destroy(error));
  expander.on('close', () => source.destroy());
  source.pipe(expander);
  try {
    yield* expander as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isOfZlib(error) ? unreadable(compression, error as Error) : error;
  }
}

function isOfZlib(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^(Z_|ZSTD_|ERR_ZSTD)/.test(code);
}

function unreadable(compression: Compression, error: Error): RecordsError {
  const truncated = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
  const problem = truncated ? 'it ends too early' : error.message;
  return new RecordsError(
    'damaged',
    `the object is not whole ${compression}: ${problem}; upload it again`,
    error,
  );
}
