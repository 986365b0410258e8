import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOf } from '../../../serving/records/formats.ts';
import type { RecordChunk } from '../../../serving/records/records.ts';
import { firstLineFrom } from '../../../serving/records/text/object-text.ts';
import { failuresOf, objectOf, readAll, rowsOf, slicesOf } from './objects.ts';

const lines = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 99999 }).map((n) => `{"features":[${n},1,2]}`),
      fc.constantFrom('', '  ', 'bad', '{}'),
    ),
    { maxLength: 12 },
  )
  .chain((all) => fc.constantFrom('\n', '\r\n').map((end) => all.join(end)))
  .chain((text) => fc.constantFrom(text, `${text}\n`, `\uFEFF${text}`));

const borders = (chunks: readonly RecordChunk[]) =>
  chunks.map(({ start, end }) => [start.offset, end.offset]);

describe('slices of lines', () => {
  it('together own every line exactly once, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 30 }),
        async (text, sliceBytes, records, pieceBytes) => {
          const object = objectOf(text);
          const reading = { chunk: { records }, pieceBytes };
          const whole = await readAll(text, reading);
          const parts: RecordChunk[] = [];
          for (const slice of await slicesOf(formOf('x.jsonl'), object, sliceBytes)) {
            parts.push(...(await readAll(text, { ...reading, slice })));
          }
          expect(rowsOf(parts)).toEqual(rowsOf(whole));
          expect(failuresOf(parts).map(([, reason]) => reason)).toEqual(
            failuresOf(whole).map(([, reason]) => reason),
          );
          let at = 0;
          for (const [start, end] of borders(parts)) {
            expect(start).toBe(at);
            at = end as number;
          }
          expect(at).toBe(object.byteLength);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give the same chunks again from the end of any chunk on', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 20, max: 80 }),
        fc.nat(),
        async (text, records, bytes, pick) => {
          const chunk = { records, bytes };
          const whole = await readAll(text, { chunk, pieceBytes: 1000 });
          const index = pick % whole.length;
          const from = whole[index]?.end as RecordChunk['end'];
          const rest = await readAll(text, { chunk, from, pieceBytes: 3 });
          expect(rowsOf(rest)).toEqual(rowsOf(whole.slice(index + 1)));
          expect(failuresOf(rest)).toEqual(failuresOf(whole.slice(index + 1)));
          if (index + 1 < whole.length) {
            expect(borders(rest)).toEqual(borders(whole.slice(index + 1)));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('find the first line at or behind a position', async () => {
    const object = objectOf('ab\ncd\n\ne');
    const found = [0, 1, 2, 3, 4, 6, 7, 8].map((position) => firstLineFrom(object, position));
    expect(await Promise.all(found)).toEqual([0, 3, 3, 3, 6, 6, 7, 8]);
  });

  it('refuse a port that gives fewer bytes than it was asked for', async () => {
    const short = { ...objectOf('{"features":[1,2,3]}'), byteLength: 100 };
    await expect(firstLineFrom(short, 50)).rejects.toThrow('asked for, but they ended at');
  });
});
