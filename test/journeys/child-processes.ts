import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that this one has started. */
export interface ChildProcess {
  readonly pid: number;
  readonly command: string;
  readonly folder: string;
}

/** What runs now of all that this process has started; Linux tells it in files. */
export function childProcesses(): ChildProcess[] {
  return childrenOf(process.pid).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid, command, folder: readlinkSync(`/proc/${pid}/cwd`) }];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}
