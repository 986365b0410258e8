import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogStream } from '../../../../local/providers/logs/log-stream.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-stream-'));
  file = join(folder, 'stream.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const event = fc.record({
  timestamp: fc.integer({ min: -5, max: 2 ** 45 }),
  message: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('= 1 2', '"quoted"', '"', 'two\nlines', ' \r\n', ''),
  ),
});

describe('a log stream', () => {
  it('gives back every message as it came, also after it was opened anew', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 4 }), (calls) => {
        const stream = new LogStream(file);
        for (const [call, events] of calls.entries()) stream.append(events, call);
        const all = calls.flatMap((events, call) =>
          events.map((each) => ({ ...each, ingestionTime: call })),
        );
        const expected = all.map((each, index) => ({ index, ...each }));
        expect(stream.read()).toEqual(expected);
        const again = new LogStream(file);
        expect(again.read()).toEqual(expected);
        expect(again.last).toEqual(expected.at(-1));
        expect(stream.last).toEqual(expected.at(-1));
        expect(again.bytes).toBe(stream.bytes);
        again.remove();
      }),
    );
  });

  it('forgets the line that a kill has cut off, and goes on after the one before', () => {
    new LogStream(file).append([{ timestamp: 1, message: 'whole' }], 2);
    appendFileSync(file, '= 1 3\n3 cut o');
    const stream = new LogStream(file);
    stream.append([{ timestamp: 4, message: 'next' }], 5);
    expect(stream.read()).toEqual([
      { index: 0, timestamp: 1, ingestionTime: 2, message: 'whole' },
      { index: 1, timestamp: 4, ingestionTime: 5, message: 'next' },
    ]);
  });
});
