import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const entry = join(import.meta.dirname, '..', '..', 'bin', 'siskin.ts');

function siskin(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [entry, ...args], (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('The command line', () => {
  it('has a help for itself and for each command', async () => {
    const help = await siskin('--help');
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('validate') });
    const validate = await siskin('validate', '--help');
    expect(validate).toMatchObject({ code: 0, out: expect.stringContaining('--show <model>') });
  });

  it('ends with 2 and a message without stack when it could not try', async () => {
    expect(await siskin('validate', '--nope')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--nope'),
    });
    const missing = await siskin('validate', '--models', '/nowhere');
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('/nowhere') });
    expect(missing.err).not.toContain('    at ');
  });
});
