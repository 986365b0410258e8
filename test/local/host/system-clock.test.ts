import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wait } from '../../../local/host/clock.ts';
import { silentLog } from '../../../local/host/log.ts';
import { SystemClock } from '../../../local/host/system-clock.ts';

function machine(wall: number) {
  const machine = { real: 0, wall: () => wall + machine.real, monotonic: () => machine.real };
  return machine;
}

const clockFile = () => join(mkdtempSync(join(tmpdir(), 'clock-')), 'clock.json');

test('time runs at the rate that was set, from the moment it was set', () => {
  const time = machine(1000);
  const clock = new SystemClock({ file: clockFile(), log: silentLog, time });
  time.real = 10;
  expect(clock.now()).toBe(1010);
  clock.setRate(20);
  time.real = 20;
  expect(clock.now()).toBe(1210);
  clock.setRate(1);
  time.real = 21;
  expect(clock.now()).toBe(1211);
  clock.stop();
});

test('a clock on the same state goes on from where the last one stopped', () => {
  const file = clockFile();
  const first = machine(1000);
  const clock = new SystemClock({ file, log: silentLog, time: first });
  clock.setRate(100);
  first.real = 50;
  const stopped = clock.now();
  clock.stop();
  const next = new SystemClock({ file, log: silentLog, time: machine(1150) });
  expect(next.now()).toBe(stopped + 100);
});

test('a clock that was killed while it ran fast never goes backwards', () => {
  const file = clockFile();
  const first = machine(0);
  const clock = new SystemClock({ file, log: silentLog, time: first });
  clock.setRate(50);
  first.real = 999;
  const killed = clock.now();
  const next = new SystemClock({ file, log: silentLog, time: machine(1000) });
  expect(next.now()).toBeGreaterThanOrEqual(killed);
  clock.stop();
});

test('a machine whose wall clock was set back does not set the cloud back', () => {
  const file = clockFile();
  const clock = new SystemClock({ file, log: silentLog, time: machine(5000) });
  clock.stop();
  expect(new SystemClock({ file, log: silentLog, time: machine(1000) }).now()).toBe(5000);
});

test('a waiting task notices that the clock runs faster', async () => {
  const clock = new SystemClock({ file: clockFile(), log: silentLog });
  const waiting = wait(clock, 3_600_000);
  clock.setRate(1e9);
  await waiting;
  clock.stop();
});

test('a task that throws is logged and stops no other task', async () => {
  const errors: string[] = [];
  const log = { ...silentLog, error: (message: string) => void errors.push(message) };
  const clock = new SystemClock({ file: clockFile(), log });
  clock.at(clock.now(), () => {
    throw new Error('broken');
  });
  await wait(clock, 0);
  expect(errors).toEqual(['A scheduled task failed']);
  clock.stop();
});
