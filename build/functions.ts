import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, version as esbuildVersion } from 'esbuild';
import { digestOf, filesOf } from './digest.ts';
import { type OutputFile, writeOutputFolder } from './output-folder.ts';
import { defaultOutDir, packageRoot } from './project.ts';

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

const options: BuildOptions = {
  platform: 'node',
  target: 'node24',
  // A plain `require` finds the layer by NODE_PATH in Lambda and everywhere else; a bare ESM import
  // of plain Node does not read NODE_PATH.
  format: 'cjs',
  bundle: true,
  minify: true,
  // Names appear in errors and logs; minified they are noise. It costs a few hundred bytes.
  keepNames: true,
  sourcemap: false,
  legalComments: 'none',
  // The layer holds one platform's binary. The AWS SDK is part of Lambda's Node runtime.
  external: ['onnxruntime-node', '@aws-sdk/*'],
  logLevel: 'silent',
  write: false,
};

/**
 * Bundles every `functions/<name>/handler.ts` into `<outDir>/functions/<name>/`. The cloud, the local
 * cloud and the tests run these very files.
 */
export async function buildFunctions(outDir = defaultOutDir()): Promise<FunctionBundles> {
  const names = functionNames();
  const folder = join(outDir, 'functions');
  const inputs = inputDigest();
  if (!isCurrent(folder, inputs, names)) await bundle(names, folder, inputs);
  return new Map(names.map((name) => [name, readBundle(folder, name)]));
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

async function bundle(names: readonly string[], folder: string, inputs: string): Promise<void> {
  const result = await build({
    ...options,
    absWorkingDir: packageRoot,
    outdir: folder,
    entryPoints: Object.fromEntries(
      names.map((name) => [`${name}/index`, `functions/${name}/handler.ts`]),
    ),
  });
  const files: OutputFile[] = (result.outputFiles ?? []).map((file) => ({
    path: file.path.slice(folder.length + 1),
    content: file.contents,
  }));
  for (const name of names) {
    // Without it Node would take index.js for ESM wherever a parent folder says "type": "module".
    files.push({ path: `${name}/package.json`, content: '{"type":"commonjs"}\n' });
  }
  files.push({ path: digestFile, content: inputs });
  writeOutputFolder(folder, files);
}

const digestFile = '.inputs';

function functionNames(): string[] {
  const folder = join(packageRoot, 'functions');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'handler.ts')))
    .sort();
}

/** Everything that can change a bundle: our sources, the versions of what is bundled, and how. */
function inputDigest(): string {
  return digestOf([
    ['esbuild', esbuildVersion],
    ['options', JSON.stringify(options)],
    ['dependencies', readFileSync(join(packageRoot, 'package.json'))],
    ...filesOf(join(packageRoot, 'functions')),
    ...filesOf(join(packageRoot, 'serving')),
  ]);
}

function isCurrent(folder: string, inputs: string, names: readonly string[]): boolean {
  const file = join(folder, digestFile);
  return (
    existsSync(file) &&
    readFileSync(file, 'utf8') === inputs &&
    names.every((name) => existsSync(join(folder, name, 'index.js')))
  );
}

function readBundle(folder: string, name: string): FunctionBundle {
  const own = join(folder, name);
  const files = [...filesOf(own)];
  const bytes = files.reduce((sum, [, content]) => sum + content.byteLength, 0);
  return { name, folder: own, digest: digestOf(files), bytes };
}
