import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, filesOf } from './digest.ts';
import type { OutputFile } from './output-folder.ts';
import { defaultOutDir, prebuilt } from './project.ts';

/** The bundled function, as it is deployed. */
export interface FunctionBundle {
  readonly name: string;
  /** Folder that holds `index.js` (handler `index.handler`) and `package.json`. */
  readonly folder: string;
  /** SHA-256 over the bundle: equal sources give equal digests on every machine. */
  readonly digest: string;
  readonly bytes: number;
}

export type FunctionBundles = ReadonlyMap<string, FunctionBundle>;

/**
 * The bundles of all functions: those that the published package carries, or those of the sources,
 * made in `<outDir>/functions`. The cloud, the local cloud and the tests run these very files.
 */
export async function buildFunctions(outDir = defaultOutDir()): Promise<FunctionBundles> {
  const folder = prebuilt('functions') ?? (await bundledSources(outDir));
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.js')));
  return new Map(names.sort().map((name) => [name, readBundle(folder, name)]));
}

/** The function called `name`; an unknown name is a mistake in our own code. */
export function bundleOf(bundles: FunctionBundles, name: string): FunctionBundle {
  const found = bundles.get(name);
  if (!found)
    throw new Error(`No function "${name}"; there are: ${[...bundles.keys()].join(', ')}`);
  return found;
}

/** The bundle's files, to be joined by those of a package. */
export function bundleFiles(bundle: FunctionBundle): OutputFile[] {
  return ['index.js', 'package.json'].map((path) => ({ path, source: join(bundle.folder, path) }));
}

async function bundledSources(outDir: string): Promise<string> {
  // Loaded late: the published package comes without a bundler.
  const { bundleFunctions } = await import('./bundle-functions.ts');
  const folder = join(outDir, 'functions');
  await bundleFunctions(folder);
  return folder;
}

function readBundle(folder: string, name: string): FunctionBundle {
  const own = join(folder, name);
  const files = [...filesOf(own)];
  const bytes = files.reduce((sum, [, content]) => sum + content.byteLength, 0);
  return { name, folder: own, digest: digestOf(files), bytes };
}
