import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/host/aws-error.ts';
import type { ManualClock } from '../../../local/host/manual-clock.ts';
import { LogBatch } from '../../../local/telemetry/log-batch.ts';
import { createTestHost, type TestHost } from '../../fixtures/local-host.ts';

interface Put {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: { message: string }[];
}

const calls: string[] = [];
const groups = new Set<string>();
let cloud: TestHost<ManualClock>;

beforeAll(async () => {
  const operations = {
    CreateLogGroup: ({ logGroupName }: Put) => {
      calls.push('CreateLogGroup');
      groups.add(logGroupName);
    },
    CreateLogStream: () => void calls.push('CreateLogStream'),
    PutLogEvents: ({ logGroupName, logStreamName, logEvents }: Put) => {
      if (!groups.has(logGroupName)) throw new AwsError('ResourceNotFoundException', 'no group');
      calls.push(`${logStreamName}: ${logEvents.map(({ message }) => message).join()}`);
    },
  };
  cloud = await createTestHost({ providers: { logs: () => ({ operations, resources: {} }) } });
});
afterAll(() => cloud.stop());
beforeEach(() => {
  calls.length = 0;
  groups.clear();
});

describe('LogBatch', () => {
  it('sends the lines of a stream together and makes its group when it is missing', async () => {
    const batch = new LogBatch(cloud.host);
    const [one, two] = [batch.stream('g', 'one'), batch.stream('g', 'two')];
    batch.add(one, 'a');
    batch.add(two, 'b');
    batch.add(one, 'c');
    await cloud.clock.advance(200);
    expect(calls).toEqual(['CreateLogGroup', 'CreateLogStream', 'one: a,c', 'two: b']);
  });

  it('does not wait when there is much to send', async () => {
    groups.add('g');
    const batch = new LogBatch(cloud.host);
    const stream = batch.stream('g', 'one');
    for (let i = 0; i < 1000; i++) batch.add(stream, 'x');
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toHaveLength(1);
  });

  it('sends everything on demand, in order', async () => {
    groups.add('g');
    const batch = new LogBatch(cloud.host);
    const stream = batch.stream('g', 'one');
    batch.add(stream, 'a');
    void batch.flush();
    batch.add(stream, 'b');
    await batch.flush();
    expect(calls).toEqual(['one: a', 'one: b']);
  });
});
