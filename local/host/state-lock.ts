import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.ts';

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  readonly born: string;
  /** 0 until it listens. */
  readonly port: number;
}

/** The right to write a state folder: one cloud at a time has it. */
export interface StateLock {
  /** Lets those who find the state taken know where. */
  servesPort(port: number): void;
  release(): void;
}

/** Takes the lock, also from a cloud that died without giving it back. */
export function lockState(folder: string): StateLock {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock.json');
  const mine: Holder = { pid: process.pid, born: birthOf(process.pid), port: 0 };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    while (!tryLink(draft, file)) {
      const holder = readHolder(file);
      if (holder && isAlive(holder)) {
        throw new CannotStart(
          `The state folder ${folder} is in use by process ${holder.pid}, which ${activityOf(holder)}. ` +
            'Stop that one first, or use another state folder.',
        );
      }
      removeStale(file, holder, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    servesPort: (port) => {
      writeFileSync(draft, JSON.stringify({ ...mine, port }));
      renameSync(draft, file);
    },
    release: () => {
      const holder = readHolder(file);
      if (holder && isSame(holder, mine)) rmSync(file, { force: true });
    },
  };
}

/** A link appears whole and fails when the name is taken: nobody reads a half-written lock. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of the dead `holder`, but not one that somebody has taken meanwhile. */
function removeStale(file: string, holder: Holder | undefined, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another start removed it
    throw error;
  }
  const removed = readHolder(aside);
  if (removed && !(holder && isSame(removed, holder))) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function activityOf({ port }: Holder): string {
  return port === 0 ? 'is starting' : `serves port ${port}`;
}

function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.born === b.born;
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return birthOf(holder.pid) === holder.born;
}

/** Linux tells when a process began; elsewhere the process number has to do. */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
