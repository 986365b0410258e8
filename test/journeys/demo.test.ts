import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const demo = join(import.meta.dirname, '../../demo/main.ts');

describe('the demo', () => {
  it('shows a canary that completes and two bad versions that are rolled back', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [demo]);
    expect(stdout.match(/Completed on \d+ requests/g)).toHaveLength(1);
    expect(stdout.match(/Rolled back by itself after/g)).toHaveLength(2);
    expect(stdout).toContain('releases rolled back         2 of 3');
    // Only the bad version's own answers fail; callers of the good one see nothing of it.
    const byStatus = /failures seen by callers +\d+ \((.*) by status\)/.exec(stdout)?.[1] ?? '{}';
    expect(Object.keys(JSON.parse(byStatus))).toEqual(['200', '500']);
  }, 180_000);
});
