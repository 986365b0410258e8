import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

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

/**
 * A CommonJS module without members of its own: what esbuild hands to each importing file inherits from
 * the same prototype, and keeps a member that was used once. Getters for all of them would be hundreds
 * of functions, made anew for each file.
 */
function lazyModule(path: string): string {
  return `
    module.exports = Object.create(new Proxy({}, {
      get(_, name, importer) {
        if (name === '__esModule') return;
        const value = process.getBuiltinModule(${JSON.stringify(path)})[name];
        Object.defineProperty(importer, name, { value, enumerable: true });
        return value;
      },
    }));`;
}
