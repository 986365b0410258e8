import { describe, expect, it } from 'vitest';
import { createStandardOutput } from '../../../serving/telemetry/standard-output.ts';

/** What came out on each of the two ways. */
function outputs(writeNow: (bytes: Uint8Array) => number = (bytes) => bytes.length) {
  const now: string[] = [];
  const streamed: string[] = [];
  const write = createStandardOutput({
    writeNow: (bytes) => {
      const count = writeNow(bytes);
      now.push(Buffer.from(bytes.subarray(0, count)).toString());
      return count;
    },
    stream: () => ({ write: (chunk: unknown) => streamed.push(String(chunk)) > 0 }),
  });
  return { write, now, streamed };
}

describe('Standard output', () => {
  it('takes the first line without the stream, which would have to be loaded, and others by it', () => {
    const { write, now, streamed } = outputs();
    for (const line of ['one\n', 'two\n', 'three\n']) write(line);
    expect([now, streamed]).toEqual([['one\n'], ['two\n', 'three\n']]);
  });

  it('leaves to the stream what a full pipe does not take', () => {
    const { write, now, streamed } = outputs(() => 2);
    write('größe\n');
    expect([now, streamed]).toEqual([['gr'], ['öße\n']]);
  });

  it('leaves the whole line to the stream where the descriptor refuses', () => {
    const { write, streamed } = outputs(() => {
      throw new Error('EAGAIN');
    });
    write('one\n');
    write('two\n');
    expect(streamed).toEqual(['one\n', 'two\n']);
  });
});
