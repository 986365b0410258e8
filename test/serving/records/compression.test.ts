import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ObjectBytes } from '../../../serving/records/records.ts';
import { expandedBytes } from '../../../serving/records/text/object-text.ts';
import { objectOf, readAll, rowsOf } from './objects.ts';

const lines = Array.from({ length: 500 }, (_, row) => `{"features":[${row},${row * 2},0]}\n`);
const rows = lines.map((_, row) => [row, row * 2, 0]);
const text = lines.join('');
const half = lines.slice(0, 250).join('');
const rest = lines.slice(250).join('');

const packers = { gzip: gzipSync, zstd: zstdCompressSync };
const keys = { gzip: 'a.jsonl.gz', zstd: 'a.ndjson.zst' };

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  const pack = (content: string) => packers[compression](content);
  const reading = { key: keys[compression], chunk: { records: 100 } };

  it('gives the records of the text, in whatever pieces it comes', async () => {
    for (const pieceBytes of [1, 7, 100_000]) {
      expect(rowsOf(await readAll(pack(text), { ...reading, pieceBytes }))).toEqual(rows);
    }
  });

  it('reads on where one compressed text follows another', async () => {
    const joined = Buffer.concat([pack(half), pack(''), pack(rest)]);
    for (const pieceBytes of [1, 7, 100_000]) {
      expect(rowsOf(await readAll(joined, { ...reading, pieceBytes }))).toEqual(rows);
    }
  });

  it('refuses a text that is cut off anywhere', async () => {
    const whole = Buffer.concat([pack(half), pack(rest)]);
    for (const missing of [1, 5, 200, pack(rest).length - 3, whole.length - 3]) {
      await expect(readAll(whole.subarray(0, -missing), reading)).rejects.toThrow(
        `the object is not whole ${compression}: it ends too early; upload it again`,
      );
    }
  });

  it('refuses what is not compressed so', async () => {
    await expect(readAll(text, reading)).rejects.toThrow(
      `the object is not whole ${compression}: `,
    );
  });

  it('goes on behind any chunk, by the position in the text', async () => {
    const whole = await readAll(pack(text), reading);
    const { end } = whole[2] as { end: { offset: number; line: number } };
    expect(end).toEqual({ offset: lines.slice(0, 300).join('').length, line: 301 });
    const resumed = await readAll(pack(text), { ...reading, from: end });
    expect(rowsOf(resumed)).toEqual(rows.slice(300));
    await expect(readAll(pack(half), { ...reading, from: end })).rejects.toThrow(
      /the text ends \d+ bytes before/,
    );
  });

  it('hands on the error of the port as it is, and ends the transfer when the reader stops', async () => {
    const whole = objectOf(pack(text));
    let ended = false;
    const broken: ObjectBytes = {
      ...whole,
      stream: async function* () {
        try {
          yield pack(text).subarray(0, 20);
          throw new TypeError('the network is gone');
        } finally {
          ended = true;
        }
      },
    };
    const drain = async () => {
      for await (const _ of expandedBytes(broken, compression, 0));
    };
    await expect(drain()).rejects.toThrow(new TypeError('the network is gone'));
    expect(ended).toBe(true);
  });
});
