import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, version as esbuildVersion } from 'esbuild';
import { digestOf, filesOf } from './digest.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { type OutputFile, writeOutputFolder } from './output-folder.ts';
import { packageRoot } from './project.ts';

const options: BuildOptions = {
  platform: 'node',
  target: 'node24',
  // A plain `require` finds the layer by NODE_PATH in Lambda and everywhere else; a bare ESM import
  // of plain Node does not read NODE_PATH, and neither does `import()`, which becomes a `require` too.
  format: 'cjs',
  supported: { 'dynamic-import': false },
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay: they appear in errors and logs. To shorten them and keep them by esbuild's keepNames
  // would save a fifth of the bytes, but name every closure of a request anew, a fifth of its time.
  minifyIdentifiers: false,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'silent',
  write: false,
};

/**
 * What runs the bundle, by the name of its source file. Everywhere one platform's onnxruntime is laid
 * beside it; the AWS SDK is part of Lambda's Node runtime alone. Modules of Node are loaded late where
 * callers wait for a cold start; elsewhere that would be bytes for nothing.
 */
const entries = {
  'handler.ts': { external: ['onnxruntime-node', '@aws-sdk/*'], plugins: [lazyBuiltins] },
  'main.ts': { external: ['onnxruntime-node'], plugins: [] },
} satisfies Record<string, BuildOptions>;

type Entry = keyof typeof entries;

/**
 * Bundles every `functions/<name>/handler.ts` (of Lambda) and `main.ts` (of a container) into
 * `<folder>/<name>/`, unless that is done already.
 */
export async function bundleFunctions(folder: string): Promise<void> {
  const inputs = inputDigest();
  const names = Object.keys(entries).flatMap((entry) => namesWith(entry as Entry));
  if (isCurrent(folder, inputs, names)) return;
  const files: OutputFile[] = [];
  for (const entry of Object.keys(entries)) files.push(...(await bundle(entry as Entry, folder)));
  for (const name of names) {
    // Without it Node would take index.js for ESM wherever a parent folder says "type": "module".
    files.push({ path: `${name}/package.json`, content: '{"type":"commonjs"}\n' });
  }
  files.push({ path: digestFile, content: inputs });
  writeOutputFolder(folder, files);
}

async function bundle(entry: Entry, folder: string): Promise<OutputFile[]> {
  const names = namesWith(entry);
  if (names.length === 0) return [];
  const result = await build({
    ...options,
    ...entries[entry],
    absWorkingDir: packageRoot,
    outdir: folder,
    entryPoints: Object.fromEntries(
      names.map((name) => [`${name}/index`, `functions/${name}/${entry}`]),
    ),
  });
  return (result.outputFiles ?? []).map((file) => ({
    path: file.path.slice(folder.length + 1),
    content: file.contents,
  }));
}

const digestFile = '.inputs';

function namesWith(entry: Entry): string[] {
  const folder = join(packageRoot, 'functions');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, entry)))
    .sort();
}

/** Everything that can change a bundle: our sources, the versions of what is bundled, and how. */
function inputDigest(): string {
  return digestOf([
    ['esbuild', esbuildVersion],
    ['options', JSON.stringify([options, entries])],
    ['plugin', readFileSync(join(packageRoot, 'build', 'lazy-builtins.ts'))],
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
