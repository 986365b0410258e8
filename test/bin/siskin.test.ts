import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../architecture/sources.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const launcher = join(root, 'bin/siskin.js');
/** Makes a Node say that it is an old one. */
const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.0.0'})";

const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
const hasOwnNode = ['node', 'node-bin'].some((prefix) =>
  existsSync(join(root, 'node_modules', `${prefix}-${process.platform}-${process.arch}`)),
);

describe('The launcher', () => {
  it('runs the sources of a checkout', () => {
    expect(run(launcher, '--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it.skipIf(!hasOwnNode)('runs them on the Node that npm installed when its own is too old', () => {
    const answer = run('--import', old, launcher, '--version');
    expect(answer).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(run('--import', old, launcher, 'nonsense').status).toBe(2);
  });

  it('says what to do when there is no other Node', () => {
    const alone = join(mkdtempSync(join(tmpdir(), 'siskin-launcher-')), 'bin');
    mkdirSync(alone);
    cpSync(launcher, join(alone, 'siskin.mjs'));
    const { status, stderr } = run('--import', old, join(alone, 'siskin.mjs'), '--version');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error siskin runs on Node\.js 24.*Install Node\.js 24 or newer/);
  });
});
