import { describe, expect, it } from 'vitest';
import { kneeOf, measure } from '../../../cli/profile/measure.ts';
import type { Probe } from '../../../cli/profile/probe.ts';

/** Batches take a fixed part and a part by rows, up to a size from which on they gain nothing. */
function probe(options: Partial<Probe> & { batchMs?: (size: number) => number } = {}): Probe {
  const { batchMs = (size: number) => 10 + size, ...more } = options;
  let loads = 0;
  return {
    requests: async () => ({ origin: 'golden', takesBatches: true }),
    load: async () => [30, 10, 20][loads++] as number,
    latency: async (threads) => ({ p50Ms: 8.12345 / threads, p95Ms: 9 / threads }),
    batch: async (size) => ({ p50Ms: batchMs(size), p95Ms: batchMs(size) }),
    peakMemory: async () => 99.5,
    ...more,
  };
}

const titles: string[] = [];
const progress = {
  step: async <T>(title: string, run: () => T | Promise<T>) => {
    titles.push(title);
    return run();
  },
};

describe('Measuring a model', () => {
  it('takes the median of the loads and rounds what would be noise', async () => {
    expect(await measure(probe(), 2, progress)).toMatchObject({
      request: 'golden',
      loadMs: 20,
      peakMemoryMiB: 100,
      oneThread: { threads: 1, p50Ms: 8.12, p95Ms: 9 },
      allCores: { threads: 2, p50Ms: 4.06, p95Ms: 4.5 },
    });
  });

  it('shows every step', async () => {
    titles.length = 0;
    await measure(probe({ batchMs: (size) => size }), 2, progress);
    expect(titles).toEqual([
      'Load',
      'One thread',
      '2 threads',
      'Batch of 1',
      'Batch of 2',
      'Batch of 4',
    ]);
  });

  it('doubles batches until that gains nothing, and finds the knee', async () => {
    const { batches, knee } = await measure(
      probe({ batchMs: (size) => Math.max(size, 8) }),
      1,
      progress,
    );
    expect(batches.map(({ size }) => size)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(knee).toEqual({ size: 8, p50Ms: 8, rowsPerSecond: 1000 });
  });

  it('stops at batches that take too long', async () => {
    const { batches } = await measure(probe({ batchMs: () => 6000 }), 1, progress);
    expect(batches.map(({ size }) => size)).toEqual([1]);
  });

  it('measures no batches of a model that takes none', async () => {
    const requests = async () => ({ origin: 'golden', takesBatches: false });
    const measured = await measure(probe({ requests }), 1, progress);
    expect(measured.batches).toEqual([]);
    expect(measured).not.toHaveProperty('knee');
  });
});

describe('The knee', () => {
  it('is the smallest batch within a tenth of the best', () => {
    const batch = (size: number, rowsPerSecond: number) => ({ size, p50Ms: 1, rowsPerSecond });
    expect(kneeOf([batch(1, 100), batch(2, 180), batch(4, 195), batch(8, 200)])?.size).toBe(2);
    expect(kneeOf([])).toBeUndefined();
  });
});
