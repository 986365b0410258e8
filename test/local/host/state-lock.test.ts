import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockState } from '../../../local/host/state-lock.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'lock-'));

test('a state in use is refused, naming the process and the port that have it', () => {
  const folder = newFolder();
  const lock = lockState(folder);
  expect(() => lockState(folder)).toThrow(`process ${process.pid}, which is starting`);
  lock.servesPort(8123);
  expect(() => lockState(folder)).toThrow('serves port 8123');
  lock.release();
  lockState(folder).release();
  expect(existsSync(join(folder, 'lock.json'))).toBe(false);
});

test('the lock of a process that is no more is taken over', () => {
  const folder = newFolder();
  // Above the highest process number that Linux gives.
  writeFileSync(join(folder, 'lock.json'), '{"pid":2147483646,"born":"1","port":1}');
  lockState(folder).release();
});

test.runIf(process.platform === 'linux')(
  'a later process with the same number does not hold the lock of the dead one',
  () => {
    const folder = newFolder();
    const dead = { pid: process.pid, born: 'long ago', port: 1 };
    writeFileSync(join(folder, 'lock.json'), JSON.stringify(dead));
    lockState(folder).release();
  },
);
