import { createRequire, isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Loads Node's own modules with the first use of a member and not at the start. Not all come with
 * Node's start-up snapshot, and a cold start that fetches nothing, inflates nothing and streams nothing
 * would still pay for those that do.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'lazy-builtin' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'lazy-builtin' }, ({ path }) => ({
      contents: lazyModule(path),
      loader: 'js',
    }));
  },
};

/** A CommonJS module: esbuild passes its getters on to whoever imports it. */
function lazyModule(path: string): string {
  const names = JSON.stringify(Object.keys(require(path)));
  return `
    let loaded;
    for (const name of ${names}) Object.defineProperty(exports, name, {
      enumerable: true,
      get: () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}))[name],
    });`;
}
