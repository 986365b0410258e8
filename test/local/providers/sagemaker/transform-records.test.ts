import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  RecordTooLong,
  recordsOf,
} from '../../../../local/providers/sagemaker/transform-records.ts';

async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function records(text: string, size: number, isGathered: boolean, mostBytes = 1000) {
  const settings = { isSplit: true, isGathered, mostBytes };
  const found = await Array.fromAsync(recordsOf(cut(text, size), settings));
  return found.map(String);
}

const line = fc.stringMatching(/^[a-zä ]{0,12}$/);
const size = fc.integer({ min: 1, max: 20 });

describe('Records of an object that is split by line', () => {
  it('are its lines, wherever the transfer cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line), size, async (lines, chunk) => {
        const text = lines.map((each) => `${each}\n`).join('');
        expect(await records(text, chunk, false)).toEqual(lines);
      }),
    );
  });

  it('lose nothing when they are gathered, and none is longer than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line), size, async (lines, chunk) => {
        const text = lines.map((each) => `${each}\n`).join('');
        const found = await records(text, chunk, true, 60);
        expect(found.flatMap((each) => each.replace(/\n$/, '').split('\n'))).toEqual(lines);
        for (const each of found) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(60);
      }),
    );
  });

  it('take a last line without an end', async () => {
    expect(await records('one\ntwo', 2, false)).toEqual(['one', 'two']);
  });

  it('are refused when one is too long', async () => {
    await expect(records('one\nlonger', 2, false, 3)).rejects.toThrow(RecordTooLong);
  });
});
