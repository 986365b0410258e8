import { describe, expect, it } from 'vitest';
import { Interruptions } from '../../../cli/batch/interruptions.ts';
import { createRandom } from '../../../training/random.ts';

function struck(wanted: { spot: number; hard: number }, running: readonly string[]) {
  const made: [job: string, notice: boolean][] = [];
  let seconds = 0;
  let startedAt = 0;
  const interruptions = new Interruptions(
    wanted,
    {
      running: async () => running.map((jobId) => ({ jobId, startedAt })),
      interrupt: async (jobId, notice) => {
        made.push([jobId, notice]);
        startedAt += 1;
        return true;
      },
    },
    { random: createRandom(3).next, now: () => ++seconds * 1000 },
    () => {},
  );
  return { interruptions, made };
}

describe('Interruptions', () => {
  it('makes as many of each kind as were asked for, at workers that chance picks', async () => {
    const { interruptions, made } = struck({ spot: 30, hard: 20 }, ['a:0', 'a:1']);
    for (let look = 0; look < 600; look++) await interruptions.strike();
    expect(made.filter(([, notice]) => notice)).toHaveLength(30);
    expect(made.filter(([, notice]) => !notice)).toHaveLength(20);
    expect(new Set(made.map(([job]) => job))).toEqual(new Set(['a:0', 'a:1']));
    expect(interruptions.left).toBe(0);
  });

  it('does not count one whose worker has ended meanwhile', async () => {
    const interrupter = {
      running: async () => [{ jobId: 'a:0' }],
      interrupt: async () => false,
    };
    const wanted = { spot: 1, hard: 1 };
    const interruptions = new Interruptions(
      wanted,
      interrupter,
      { random: () => 0, now: () => 0 },
      () => {},
    );
    await interruptions.strike();
    expect(interruptions.left).toBe(2);
  });

  it('spares a worker that was seen for the first time, as each new attempt is', async () => {
    const made: string[] = [];
    let [now, startedAt] = [0, 1];
    const interruptions = new Interruptions(
      { spot: 0, hard: 5 },
      {
        running: async () => [{ jobId: 'a:0', startedAt }],
        interrupt: async (jobId) => {
          made.push(jobId);
          startedAt += 1;
          return true;
        },
      },
      { random: () => 0, now: () => now },
      () => {},
    );
    await interruptions.strike();
    expect(made).toEqual([]);
    now = 500;
    await interruptions.strike();
    await interruptions.strike();
    expect(made).toEqual(['a:0']);
  });

  it('makes one at an attempt, which takes a moment to end', async () => {
    const made: string[] = [];
    let now = 0;
    const interruptions = new Interruptions(
      { spot: 5, hard: 0 },
      {
        running: async () => [{ jobId: 'a:0', startedAt: 1 }],
        interrupt: async (jobId) => made.push(jobId) > 0,
      },
      { random: () => 0, now: () => now },
      () => {},
    );
    for (; now < 20_000; now += 1000) await interruptions.strike();
    expect(made).toEqual(['a:0']);
    expect(interruptions.left).toBe(4);
  });

  it('waits for a worker when none runs', async () => {
    const { interruptions, made } = struck({ spot: 1, hard: 0 }, []);
    await interruptions.strike();
    expect(made).toEqual([]);
    expect(interruptions.left).toBe(1);
  });
});
