import { describe, expect, it } from 'vitest';
import { Attempt } from '../../../serving/batch/attempt.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { MemoryStore } from './memory-store.ts';

describe('The record of an attempt', () => {
  it('is renewed every ten seconds, and says at the end how it went', async () => {
    const store = new MemoryStore();
    let time = Date.parse('2026-11-22T06:00:00.000Z');
    const attempt = new Attempt({
      store,
      output: placeOf('s3://data/out/'),
      name: 'one',
      about: { worker: 3, task: 'job-3', attempt: 2, capacity: 'spot', vcpus: 4 },
      now: () => new Date(time),
    });
    const record = () => store.json('s3://data/out/_siskin/attempts/one.json');
    expect(await attempt.renew()).toBe(true);
    time += 9_999;
    expect(await attempt.renew()).toBe(false);
    time += 1;
    expect(await attempt.renew()).toBe(true);
    expect(record()).toEqual({
      worker: 3,
      task: 'job-3',
      attempt: 2,
      capacity: 'spot',
      vcpus: 4,
      start: '2026-11-22T06:00:00.000Z',
      end: '2026-11-22T06:00:10.000Z',
      outcome: 'running',
      rows: 0,
      errors: 0,
      parts: 0,
      shards: 0,
      inputBytes: 0,
    });
    time += 5_000;
    await attempt.end('interrupted');
    expect(record()).toMatchObject({ end: '2026-11-22T06:00:15.000Z', outcome: 'interrupted' });
  });
});
