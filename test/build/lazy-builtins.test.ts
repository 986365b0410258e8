import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { lazyBuiltins } from '../../build/lazy-builtins.ts';

/** Bundles a module and runs it; `loaded` fills with the names of Node's modules as they load. */
async function run(contents: string) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [lazyBuiltins],
    write: false,
  });
  const loaded: string[] = [];
  const getBuiltinModule = (name: string) => {
    loaded.push(name);
    return process.getBuiltinModule(name);
  };
  const module = { exports: {} as Record<string, (argument?: string) => unknown> };
  runInNewContext(outputFiles[0]?.text ?? '', { module, process: { getBuiltinModule } });
  return { exports: module.exports, loaded };
}

describe("Node's modules in a bundle", () => {
  it('load with the first use of a member, and once', async () => {
    const { exports, loaded } = await run(`
      import { crc32 } from 'node:zlib';
      import { join } from 'node:path';
      export const sum = (text) => crc32(text);
      export const path = (text) => join(text, text);
    `);
    expect(loaded).toEqual([]);
    expect([exports.sum?.('a'), exports.sum?.('a')]).toEqual([0xe8b7be43, 0xe8b7be43]);
    expect(loaded).toEqual(['node:zlib']);
    expect(exports.path?.('a')).toBe('a/a');
    expect(loaded).toEqual(['node:zlib', 'node:path']);
  });

  it('work as a default and as a namespace too', async () => {
    const { exports } = await run(`
      import path from 'node:path';
      import * as all from 'node:path';
      export const both = (text) => path.join(text, all.basename('/b/c'));
    `);
    expect(exports.both?.('a')).toBe('a/c');
  });
});
