import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BatchEvent } from '../../../cli/batch/events.ts';
import { humanBatchTeller, jsonBatchTeller } from '../../../cli/batch/tellers.ts';

function collected() {
  let text = '';
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += chunk;
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => text };
}

const progress = (bytesDone: number): BatchEvent => ({
  event: 'progress',
  rows: bytesDone * 10,
  errors: 0,
  rowsPerSecond: 1234,
  shards: 4,
  shardsDone: 1,
  bytes: 100,
  bytesDone,
  interruptions: 2,
  secondsLeft: 200,
});

describe('jsonBatchTeller', () => {
  it('prints one object a line', () => {
    const { stream, text } = collected();
    const tell = jsonBatchTeller(stream);
    tell(progress(10));
    tell({ event: 'interrupted', job: 'a:1', notice: false });
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['progress', 'interrupted']);
  });
});

describe('humanBatchTeller', () => {
  it('prints a line for each tenth where there is no terminal to draw a bar on', () => {
    const { stream, text } = collected();
    const tell = humanBatchTeller(stream);
    for (const done of [0, 1, 2, 11, 12, 100]) tell(progress(done));
    expect(text().trimEnd().split('\n')).toEqual([
      '  0 %  0 rows  1,234 rows/s  4 min left  2 interruptions',
      '  11 %  110 rows  1,234 rows/s  4 min left  2 interruptions',
      '  100 %  1,000 rows  1,234 rows/s  4 min left  2 interruptions',
    ]);
  });

  it('tells the end in one line', () => {
    const { stream, text } = collected();
    const result = { job: 'j', manifest: 'm', report: 'r', rows: 12_000, errors: 3, parts: 2 };
    humanBatchTeller(stream)({ event: 'complete', exitCode: 0, seconds: 1.5, result });
    expect(text()).toContain('12,000 rows answered, 3 failed, 2 parts  1.5 s');
  });
});
