import { expect, test } from 'vitest';
import { wait } from '../../../local/host/clock.ts';
import { ManualClock } from '../../../local/host/manual-clock.ts';

test('tasks run in the order of their times, each at its own time', async () => {
  const clock = new ManualClock(0);
  const seen: [string, number][] = [];
  clock.at(30, () => seen.push(['late', clock.now()]));
  clock.at(10, () => seen.push(['early', clock.now()]));
  clock.at(10, () => seen.push(['early too', clock.now()]));
  await clock.advance(30);
  expect(seen).toEqual([
    ['early', 10],
    ['early too', 10],
    ['late', 30],
  ]);
});

test('a task that a task starts within the same advance is run as well', async () => {
  const clock = new ManualClock(0);
  const seen: number[] = [];
  const poll = async () => {
    for (let turn = 0; turn < 3; turn++) {
      await wait(clock, 100);
      seen.push(clock.now());
    }
  };
  const polled = poll();
  await clock.advance(1000);
  await polled;
  expect(seen).toEqual([100, 200, 300]);
  expect(clock.now()).toBe(1000);
});

test('a cancelled task never runs', async () => {
  const clock = new ManualClock(0);
  let ran = false;
  const timer = clock.at(5, () => {
    ran = true;
  });
  timer.cancel();
  await clock.advance(10);
  expect(ran).toBe(false);
  expect(clock.pending).toBe(0);
});

test('a wait ends with the reason of its signal when that aborts first', async () => {
  const clock = new ManualClock(0);
  const controller = new AbortController();
  const waiting = wait(clock, 100, controller.signal);
  controller.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  expect(clock.pending).toBe(0);
});
