import { describe, expect, it } from 'vitest';
import { Deadline, type Patience, patience } from '../../serving/deadline.ts';

/** Loses patience at once, and remembers how long it would have waited. */
function impatience() {
  const waited: number[] = [];
  const patience: Patience = async (_, milliseconds, late) => {
    waited.push(milliseconds);
    throw late();
  };
  return { waited, patience };
}

describe('A deadline', () => {
  it('lets work be late only as long as the function has time, with some left to answer', async () => {
    const { waited, patience } = impatience();
    const deadline = new Deadline(
      () => 5_000,
      () => 0,
      patience,
    );
    const never = new Promise(() => {});
    await expect(deadline.within(never, 'loading version 2')).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: 'loading version 2 takes longer than this request; try again',
    });
    expect(waited).toEqual([4_700]);
  });

  it('does not make work wait that is done', () => {
    const deadline = new Deadline(
      () => 0,
      () => 0,
      impatience().patience,
    );
    expect(deadline.within('done', 'nothing')).toBe('done');
  });

  it('gives the result of work that is in time', async () => {
    const deadline = new Deadline(
      () => 60_000,
      () => 0,
      patience,
    );
    expect(await deadline.within(Promise.resolve('done'), 'nothing')).toBe('done');
  });

  it("is the caller's own where the request sets one", () => {
    const deadline = new Deadline(
      () => 0,
      () => 1_500.4,
      patience,
    );
    expect(() => deadline.check(1_500)).not.toThrow();
    expect(() => deadline.check(undefined)).not.toThrow();
    expect(() => deadline.check(1_499)).toThrow('parameters.timeout is 1499');
  });

  it('leaves what is left to the nearer of both limits, and never less than nothing', () => {
    const deadline = new Deadline(
      () => 5_300,
      () => 2_000_000,
      patience,
    );
    expect(deadline.left()).toBe(5_000);
    expect(deadline.left(3_000_000)).toBe(1_000);
    expect(deadline.left(9_000_000)).toBe(5_000);
    expect(deadline.left(1_000_000)).toBe(0);
  });
});
