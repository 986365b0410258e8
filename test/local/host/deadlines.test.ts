import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../../local/host/deadlines.ts';
import { ManualClock } from '../../../local/host/manual-clock.ts';

describe('deadlines', () => {
  it('pass one after the other, on one timer', async () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, 100);
    const passed: string[] = [];
    deadlines.begin(clock.now(), () => passed.push('a'));
    await clock.advance(60);
    const second = deadlines.begin(clock.now(), () => passed.push('b'));
    expect(clock.pending).toBe(1);
    await clock.advance(40);
    expect(passed).toEqual(['a']);
    await clock.advance(60);
    expect(passed).toEqual(['a', 'b']);
    expect(second.end()).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('that have ended do not pass, and leave no timer behind', async () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, 100);
    const passed: string[] = [];
    const [first, second] = ['a', 'b'].map((name) =>
      deadlines.begin(clock.now(), () => passed.push(name)),
    );
    expect(first?.end()).toBe(true);
    expect(first?.end()).toBe(false);
    expect(clock.pending).toBe(1);
    expect(second?.end()).toBe(true);
    expect(clock.pending).toBe(0);
    await clock.advance(200);
    expect(passed).toEqual([]);
  });

  it('may begin and end others as they pass', async () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, 100);
    const passed: string[] = [];
    deadlines.begin(clock.now(), () => {
      passed.push('a');
      second.end();
      deadlines.begin(clock.now(), () => passed.push('c'));
    });
    const second = deadlines.begin(clock.now(), () => passed.push('b'));
    await clock.advance(100);
    await clock.advance(100);
    expect(passed).toEqual(['a', 'c']);
  });
});
