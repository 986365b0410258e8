import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CannotStart } from '../../../local/host/cannot-start.ts';
import { FileStorage } from '../../../local/host/storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'siskin-storage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function freshFolder(): string {
  made += 1;
  return join(folder, `${made}`);
}

test('A storage opened anew holds what the last one was told', () => {
  const key = fc.constantFrom('a', 'B/c', '*', 'ä\n', '__proto__');
  const change = fc.record({ key, value: fc.option(fc.jsonValue(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(change), fc.nat(20), (changes, reopenedAt) => {
      const place = freshFolder();
      const expected = new Map<string, unknown>();
      let collection = new FileStorage(place).collection('things');
      for (const [index, { key, value }] of changes.entries()) {
        if (index === reopenedAt) collection = new FileStorage(place).collection('things');
        if (value === undefined) collection.delete(key);
        else collection.set(key, value);
        if (value === undefined) expected.delete(key);
        else expected.set(key, value);
      }
      const reopened = new FileStorage(place).collection('things');
      expect(new Set(reopened.keys())).toEqual(new Set(expected.keys()));
      for (const [key, value] of expected) {
        expect(JSON.stringify(reopened.get(key))).toBe(JSON.stringify(value));
      }
    }),
    { numRuns: 50 },
  );
});

test('A change that a kill has cut off is forgotten, and the changes before and after it are not', () => {
  const place = freshFolder();
  new FileStorage(place).collection('things').set('a', 1);
  appendFileSync(join(place, 'things.jsonl'), '{"key":"b","va');

  const second = new FileStorage(place).collection('things');
  expect(second.keys()).toEqual(['a']);
  second.set('c', 3);

  const third = new FileStorage(place).collection('things');
  expect(third.values()).toEqual([1, 3]);
});

test('A line that nobody can read is named, with what to do', () => {
  const place = freshFolder();
  new FileStorage(place).collection('things').set('a', 1);
  appendFileSync(join(place, 'things.jsonl'), '{"key":\n');
  const read = () => new FileStorage(place).collection('things');
  expect(read).toThrow(CannotStart);
  expect(read).toThrow(/^Line 2 of .*things\.jsonl is no change of a document: .*Restore the file/);
});

test('A document is on disk as soon as it is set', () => {
  const place = freshFolder();
  new FileStorage(place).collection('objects/bucket').set('a', { b: 1 });
  expect(readFileSync(join(place, 'objects/bucket.jsonl'), 'utf8')).toBe(
    '{"key":"a","value":{"b":1}}\n',
  );
});

test('A document that changes all the time does not fill the disk', () => {
  const place = freshFolder();
  const things = new FileStorage(place).collection('things');
  const text = 'x'.repeat(100_000);
  for (let count = 0; count < 50; count += 1) things.set('a', { count, text });
  expect(statSync(join(place, 'things.jsonl')).size).toBeLessThan(1_500_000);
  expect(new FileStorage(place).collection('things').get('a')).toEqual({ count: 49, text });
});
