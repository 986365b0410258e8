import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Root of the installed package. Searched upwards and not counted in `..`, because the compiled
 * files of the published package lie at another depth than the sources.
 */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/**
 * What the published package carries ready-made, `undefined` in a checkout: what is the same for every
 * user needs no bundler on a user's machine. `npm run build:package` writes it.
 */
export function prebuilt(name: 'functions' | 'docs-page.html'): string | undefined {
  const isCheckout = import.meta.filename.endsWith('.ts');
  return isCheckout ? undefined : join(packageRoot, 'compiled', 'prebuilt', name);
}

/**
 * Where the build writes: the working directory's `dist`. A user of the published package must not
 * have outputs in `node_modules`, where they are lost at the next install.
 */
export function defaultOutDir(): string {
  return resolve('dist');
}

function findPackageRoot(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'siskin') return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('No package.json of siskin above the build script');
  return findPackageRoot(parent);
}
