import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileStorage } from '../../../../local/host/storage.ts';
import { Leftovers } from '../../../../local/providers/sagemaker/leftovers.ts';

// Only Linux tells when a process began; elsewhere nothing is ended for fear of a mistake.
describe.runIf(process.platform === 'linux')('what a killed cloud has left running', () => {
  it('is ended by the next start, and what has ended itself is forgotten', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
    try {
      const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
      const before = new Leftovers(new FileStorage(folder).collection('processes'));
      before.started(child.pid);
      before.started(process.pid);
      before.ended(process.pid);
      const ended = once(child, 'exit');
      new Leftovers(new FileStorage(folder).collection('processes')).endAll();
      expect((await ended)[1]).toBe('SIGKILL');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is left alone when its number belongs to another process now', () => {
    const folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
    try {
      const processes = new FileStorage(folder).collection<{ pid: number; born: string }>('all');
      processes.set(String(process.pid), { pid: process.pid, born: 'another time' });
      new Leftovers(processes).endAll();
      expect(processes.keys()).toEqual([]); // and this process is still there to say so
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
