import { describe, expect, it } from 'vitest';
import type { ManifestVersion } from '../../../serving/contract/manifest.ts';
import type { Engine, Session } from '../../../serving/engine/port.ts';
import { SessionCache } from '../../../serving/engine/session-cache.ts';

const version = (name: string): ManifestVersion => ({
  version: name,
  digest: name,
  inputs: [],
  outputs: [],
  source: { kind: 'package', path: name },
});

/** An engine that keeps a diary. */
function diaryEngine() {
  const diary: string[] = [];
  const engine: Engine = {
    load: (file): Session => {
      diary.push(`load ${file}`);
      return { run: () => [], dispose: () => void diary.push(`dispose ${file}`) };
    },
  };
  return { diary, engine };
}

const fileOf = ({ version: name }: ManifestVersion) => name;

describe('The session cache', () => {
  it('loads a version once', () => {
    const { diary, engine } = diaryEngine();
    const cache = new SessionCache({ engine, fileOf, live: '1' });
    expect(cache.get(version('1'))).toBe(cache.get(version('1')));
    expect(diary).toEqual(['load 1']);
    expect([cache.isLoaded('1'), cache.isLoaded('2')]).toEqual([true, false]);
  });

  it('unloads the least recently used beyond its bound, but never the live one', () => {
    const { diary, engine } = diaryEngine();
    const cache = new SessionCache({ engine, fileOf, live: '1', resident: 3 });
    for (const name of ['1', '2', '3', '2', '4']) cache.get(version(name));
    expect(diary).toEqual(['load 1', 'load 2', 'load 3', 'load 4', 'dispose 3']);
  });

  it('does not unload a session while it is used', async () => {
    const { diary, engine } = diaryEngine();
    const cache = new SessionCache({ engine, fileOf, live: '1', resident: 1 });
    await cache.use(version('2'), () => {
      cache.get(version('3'));
      expect(diary).toEqual(['load 2', 'load 3']);
    });
    cache.get(version('4'));
    expect(diary).toEqual(['load 2', 'load 3', 'load 4', 'dispose 2', 'dispose 3']);
  });

  it('lets all who ask wait for the same load, and tries again after a failed one', async () => {
    const { diary, engine } = diaryEngine();
    const files = [Promise.reject(new Error('no network')), Promise.resolve('file')];
    const cache = new SessionCache({ engine, fileOf: () => files.shift() ?? 'none', live: '1' });
    const [first, second] = [cache.get(version('1')), cache.get(version('1'))];
    expect(second).toBe(first);
    await expect(first).rejects.toThrow('no network');
    expect(cache.isLoaded('1')).toBe(false);
    await cache.get(version('1'));
    expect(diary).toEqual(['load file']);
    expect(cache.isLoaded('1')).toBe(true);
  });
});
