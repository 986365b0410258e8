import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../architecture/sources.ts';

const providers = ['cuda', 'shared', 'tensorrt'].map(
  (name) => `libonnxruntime_providers_${name}.so`,
);

/** A user's project with siskin and onnxruntime-node installed, before their install scripts. */
function project(packageJson = '{"dependencies":{"siskin":"1"}}') {
  const folder = mkdtempSync(join(tmpdir(), 'siskin-cuda-'));
  const modules = join(folder, 'node_modules');
  const binaries = join(modules, 'onnxruntime-node/bin/napi-v6/linux/x64');
  mkdirSync(binaries, { recursive: true });
  mkdirSync(join(modules, 'siskin/bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), packageJson);
  writeFileSync(join(modules, 'onnxruntime-node/package.json'), '{}');
  writeFileSync(join(modules, 'siskin/package.json'), '{"type":"module"}');
  cpSync(join(root, 'bin/skip-cuda.js'), join(modules, 'siskin/bin/skip-cuda.js'));
  const install = (env: Record<string, string> = {}) => {
    const script = join(modules, 'siskin/bin/skip-cuda.js');
    const all = { PATH: process.env.PATH, npm_config_local_prefix: folder, ...env };
    return spawnSync(process.execPath, [script], { env: all, encoding: 'utf8' });
  };
  return { binaries, install };
}

const isLinux = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!isLinux)('The preinstall script', () => {
  it('lays down the files whose absence starts the download', () => {
    const { binaries, install } = project();
    expect(install()).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(binaries).sort()).toEqual(providers);
  });

  it('names the files that the install script of onnxruntime-node looks for', () => {
    const metadata = join(root, 'node_modules/onnxruntime-node/script/install-metadata.js');
    const text = readFileSync(metadata, 'utf8');
    const named = [...text.matchAll(/'\.\/(libonnxruntime_providers_\w+\.so)'/g)];
    expect(named.map((match) => match[1]).sort()).toEqual(providers);
  });

  it('leaves a file that is there as it is', () => {
    const { binaries, install } = project();
    writeFileSync(join(binaries, providers[0] as string), 'real');
    install();
    expect(readFileSync(join(binaries, providers[0] as string), 'utf8')).toBe('real');
  });

  it('leaves alone whoever asks for CUDA, or uses the package itself', () => {
    const asked = project();
    asked.install({ ONNXRUNTIME_NODE_INSTALL: 'cuda12' });
    const own = project('{"dependencies":{"onnxruntime-node":"1"}}');
    own.install();
    expect([...readdirSync(asked.binaries), ...readdirSync(own.binaries)]).toEqual([]);
  });

  it('does nothing in a checkout', () => {
    const script = join(root, 'bin/skip-cuda.js');
    expect(spawnSync(process.execPath, [script]).status).toBe(0);
    const folder = join(root, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    expect(readdirSync(folder).filter((file) => file.includes('providers'))).toEqual([]);
  });
});
