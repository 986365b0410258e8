import { describe, expect, it } from 'vitest';
import { createProbe, percentile } from '../../../cli/profile/probe.ts';
import type { Session } from '../../../serving/engine/port.ts';

/** A model whose runs take as long as they are told to, on a clock that only they move. */
function probeOf(runMs: (run: number) => number, { loadMs = 0, seconds = 1 } = {}) {
  let now = 0;
  let runs = 0;
  const opened: number[] = [];
  let disposed = 0;
  const session: Session = {
    run: () => {
      now += runMs(runs++);
      return [];
    },
    dispose: () => void disposed++,
  };
  const probe = createProbe({
    requests: { origin: 'none', single: () => [], batch: () => [] },
    outputs: [],
    open: async (threads) => {
      opened.push(threads);
      now += loadMs;
      return session;
    },
    now: () => now,
    peakMemory: () => 123,
    seconds,
  });
  return { probe, count: () => ({ runs, opened, disposed }) };
}

describe('A probe', () => {
  it('measures until the time is over, warm-up not counted', async () => {
    const { probe, count } = probeOf((run) => (run < 3 ? 20 : 10));
    expect(await probe.latency(1)).toEqual({ p50Ms: 10, p95Ms: 10 });
    expect(count().runs).toBe(3 + 100);
  });

  it('runs a slow model just often enough for a percentile', async () => {
    const { probe, count } = probeOf(() => 60_000);
    expect(await probe.latency(1)).toEqual({ p50Ms: 60_000, p95Ms: 60_000 });
    expect(count().runs).toBe(1 + 5);
  });

  it('stops on a fast model before the numbers fill the memory', async () => {
    const { probe, count } = probeOf(() => 0.000001, { seconds: 3600 });
    await probe.latency(1);
    expect(count().runs).toBe(3 + 5 * 20_000);
  });

  it('counts the quietest of five rounds', async () => {
    // Two rounds of 20 runs are disturbed, and so is the last.
    const { probe } = probeOf((run) => (run < 43 || run > 70 ? 20 : 10));
    expect(await probe.latency(1)).toEqual({ p50Ms: 10, p95Ms: 10 });
  });

  it('loads anew each time it is asked to, until the first answer', async () => {
    const { probe, count } = probeOf(() => 5, { loadMs: 100 });
    expect(await probe.load()).toBe(105);
    expect(await probe.load()).toBe(105);
    expect(count()).toMatchObject({ opened: [1, 1], disposed: 1 });
  });

  it('keeps one session open, and another for another number of threads', async () => {
    const { probe, count } = probeOf(() => 100);
    await probe.latency(1);
    await probe.batch(4);
    await probe.latency(2);
    expect(count()).toMatchObject({ opened: [1, 2], disposed: 1 });
  });

  it('says what it asks and the memory that it took', async () => {
    const { probe } = probeOf(() => 1);
    expect(await probe.requests()).toEqual({ origin: 'none', takesBatches: true });
    expect(await probe.peakMemory()).toBe(123);
  });
});

describe('A percentile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
    [[7], 0.95, 7],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});
