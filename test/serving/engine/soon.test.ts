import { describe, expect, it } from 'vitest';
import { andThen, whenOver } from '../../../serving/engine/soon.ts';

describe('What is there soon', () => {
  it('goes on at once with a value, and later with a promised one', async () => {
    expect(andThen(1, (value) => value + 1)).toBe(2);
    const later = andThen(Promise.resolve(1), (value) => value + 1);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toBe(2);
  });

  it('tells the end of work once, whether it answers or fails, at once or later', async () => {
    const failure = new Error('failed');
    const works: readonly [string, () => unknown][] = [
      ['at once', () => 1],
      ['failing at once', () => fail(failure)],
      ['later', async () => 1],
      ['failing later', async () => fail(failure)],
    ];
    for (const [name, work] of works) {
      let ends = 0;
      const over = () => {
        ends += 1;
      };
      const result = new Promise((resolve) => resolve(whenOver(work, over)));
      if (name.startsWith('failing')) await expect(result).rejects.toBe(failure);
      else expect(await result).toBe(1);
      expect(ends, name).toBe(1);
    }
  });

  it('tells of no end before there is one', async () => {
    let isOver = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = whenOver(
      () => promise,
      () => {
        isOver = true;
      },
    );
    expect(isOver).toBe(false);
    resolve();
    await work;
    expect(isOver).toBe(true);
  });
});

function fail(error: Error): never {
  throw error;
}
