import { describe, expect, it } from 'vitest';
import type { ManifestVersion } from '../../../serving/contract/manifest.ts';
import type { Session } from '../../../serving/engine/port.ts';
import { SessionCache } from '../../../serving/engine/session-cache.ts';

const version = (name: string): ManifestVersion => ({
  version: name,
  digest: name,
  inputs: [],
  outputs: [],
  source: { kind: 'package', path: name },
  bytes: 1,
});

/** A loader that keeps a diary. */
function diaryLoader() {
  const diary: string[] = [];
  const load = ({ version: name }: ManifestVersion): Session => {
    diary.push(`load ${name}`);
    return { run: () => [], dispose: () => void diary.push(`dispose ${name}`) };
  };
  return { diary, load };
}

describe('The session cache', () => {
  it('loads a version once', () => {
    const { diary, load } = diaryLoader();
    const cache = new SessionCache({ load, live: '1' });
    expect(cache.get(version('1'))).toBe(cache.get(version('1')));
    expect(diary).toEqual(['load 1']);
    expect([cache.isLoaded('1'), cache.isLoaded('2')]).toEqual([true, false]);
  });

  it('unloads the least recently used beyond its bound, but never the live one', () => {
    const { diary, load } = diaryLoader();
    const cache = new SessionCache({ load, live: '1', resident: 3 });
    for (const name of ['1', '2', '3', '2', '4']) cache.get(version(name));
    expect(diary).toEqual(['load 1', 'load 2', 'load 3', 'dispose 3', 'load 4']);
  });

  it('does not unload a session while it is used', async () => {
    const { diary, load } = diaryLoader();
    const cache = new SessionCache({ load, live: '1', resident: 1 });
    await cache.use(version('2'), () => {
      cache.get(version('3'));
      expect(diary).toEqual(['load 2', 'load 3']);
    });
    cache.get(version('4'));
    expect(diary).toEqual(['load 2', 'load 3', 'dispose 2', 'dispose 3', 'load 4']);
  });

  it('lets all who ask wait for the same load, and tries again after a failed one', async () => {
    const { diary, load: loadAtOnce } = diaryLoader();
    const errors = [new Error('no network')];
    const load = async (wanted: ManifestVersion) => {
      const error = errors.shift();
      if (error) throw error;
      return loadAtOnce(wanted);
    };
    const cache = new SessionCache({ load, live: '1' });
    const [first, second] = [cache.get(version('1')), cache.get(version('1'))];
    expect(second).toBe(first);
    await expect(first).rejects.toThrow('no network');
    expect(cache.isLoaded('1')).toBe(false);
    await cache.get(version('1'));
    expect(diary).toEqual(['load 1']);
    expect(cache.isLoaded('1')).toBe(true);
  });

  it('makes room for the bytes of a version before it loads it', () => {
    const { diary, load } = diaryLoader();
    const cache = new SessionCache({ load, live: '1', resident: 9, residentBytes: 100 });
    const sized = (name: string, bytes: number) => cache.get({ ...version(name), bytes });
    sized('1', 30);
    sized('2', 40);
    sized('3', 30);
    sized('4', 20);
    expect(diary).toEqual(['load 1', 'load 2', 'load 3', 'dispose 2', 'load 4']);
  });

  it('loads a version that is larger than the bound, beside the live one', () => {
    const { diary, load } = diaryLoader();
    const cache = new SessionCache({ load, live: '1', residentBytes: 10 });
    for (const name of ['1', '2', '3']) cache.get({ ...version(name), bytes: 50 });
    expect(diary).toEqual(['load 1', 'load 2', 'dispose 2', 'load 3']);
  });
});
