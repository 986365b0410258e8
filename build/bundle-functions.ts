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
  // of plain Node does not read NODE_PATH.
  format: 'cjs',
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay: they appear in errors and logs. To shorten them and keep them by esbuild's keepNames
  // would save a fifth of the bytes, but name every closure of a request anew, a fifth of its time.
  minifyIdentifiers: false,
  sourcemap: false,
  legalComments: 'none',
  // The layer holds one platform's binary. The AWS SDK is part of Lambda's Node runtime.
  external: ['onnxruntime-node', '@aws-sdk/*'],
  plugins: [lazyBuiltins],
  logLevel: 'silent',
  write: false,
};

/** Bundles every `functions/<name>/handler.ts` into `<folder>/<name>/`, unless that is done already. */
export async function bundleFunctions(folder: string): Promise<void> {
  const names = functionNames();
  const inputs = inputDigest();
  if (!isCurrent(folder, inputs, names)) await bundle(names, folder, inputs);
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
