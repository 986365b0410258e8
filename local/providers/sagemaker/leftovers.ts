import { readFileSync } from 'node:fs';
import type { Collection } from '../../host/storage.ts';

interface Leftover {
  readonly pid: number;
  /** Tells a process from a later one with the same number. */
  readonly born: string;
}

/**
 * Processes that were started, kept on disk: containers know nothing of the cloud, so those of a cloud
 * that was killed go on until its next start ends them.
 */
export class Leftovers {
  readonly #processes: Collection<Leftover>;

  constructor(processes: Collection<Leftover>) {
    this.#processes = processes;
  }

  started(pid: number | undefined): void {
    const born = pid === undefined ? '' : birthOf(pid);
    // Where the system does not say when a process began, another one could be mistaken for it.
    if (pid !== undefined && born !== '') this.#processes.set(String(pid), { pid, born });
  }

  ended(pid: number | undefined): void {
    if (pid !== undefined) this.#processes.delete(String(pid));
  }

  /** Ends those that the last cloud has left running. */
  endAll(): void {
    for (const { pid, born } of this.#processes.values()) {
      if (birthOf(pid) === born) process.kill(pid, 'SIGKILL');
      this.ended(pid);
    }
  }
}

/** When a process began, in the words of /proc; empty when there is none, or no /proc. */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
