import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../serving/batch/in-parallel.ts';

describe('Work in parallel', () => {
  it('gives its results in the order of the items, and begins a few at a time', async () => {
    let running = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number) => {
      running += 1;
      most = Math.max(most, running);
      // Longer than the generator needs to ask for the next.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    };
    for await (const result of inParallel([1, 2, 3, 4, 5], 2, work)) results.push(result);
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(most).toBe(2);
  });

  it('fails where its turn comes', async () => {
    const results: number[] = [];
    const work = async (item: number) => {
      if (item === 3) throw new Error('three');
      return item;
    };
    const all = async () => {
      for await (const result of inParallel([1, 2, 3, 4], 4, work)) results.push(result);
    };
    await expect(all()).rejects.toThrow('three');
    expect(results).toEqual([1, 2]);
  });
});
