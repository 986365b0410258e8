import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { digestOf } from './digest.ts';
import { type OutputFile, writeOutputFolder } from './output-folder.ts';
import { defaultOutDir } from './project.ts';

/** Processor as Node spells it; Lambda says x86_64 for x64. */
export type LayerArchitecture = 'x64' | 'arm64';

export interface OnnxruntimeLayer {
  /** Root of the layer: holds `nodejs/node_modules`. */
  readonly folder: string;
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Lays out a Lambda layer with onnxruntime-node for Linux on one processor. The npm package holds
 * every platform's binary, 288 MB, and would not fit into Lambda's 250 MB by itself.
 */
export function buildOnnxruntimeLayer(
  architecture: LayerArchitecture = 'x64',
  outDir = defaultOutDir(),
): OnnxruntimeLayer {
  const files = [...runtimeFiles(architecture), ...commonFiles()];
  // Packages of one version do not change: names and sizes identify the content without reading it.
  const digest = digestOf(files.map((file) => [file.path, `${file.version} ${file.bytes}`]));
  const name = `onnxruntime-linux-${architecture}-${digest.slice(0, 8)}`;
  const folder = join(outDir, 'layers', name);
  if (!existsSync(folder)) writeOutputFolder(folder, files);
  return { folder, digest, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

type LayerFile = Extract<OutputFile, { source: string }> & {
  readonly version: string;
  readonly bytes: number;
};

const require = createRequire(import.meta.url);

function runtimeFiles(architecture: LayerArchitecture): LayerFile[] {
  const binaries = join('bin', 'napi-v6', 'linux', architecture);
  return packageFilesOf('onnxruntime-node', require, (path) =>
    path.startsWith(`dist${sep}`)
      ? path.endsWith('.js')
      : path.startsWith(binaries + sep) && !downloaded.test(path),
  );
}

/**
 * CUDA and TensorRT, which the package's install script fetches where nobody told it not to: half a
 * gigabyte that no Lambda has use for.
 */
const downloaded = /libonnxruntime_providers_\w+\.so$/;

/** onnxruntime-node's one dependency at run time. Its others serve its install script. */
function commonFiles(): LayerFile[] {
  const fromRuntime = createRequire(require.resolve('onnxruntime-node'));
  const cjs = join('dist', 'cjs') + sep;
  return packageFilesOf(
    'onnxruntime-common',
    fromRuntime,
    (path) => path.startsWith(cjs) && !path.endsWith('.map') && !path.endsWith('.d.ts'),
  );
}

function packageFilesOf(
  name: string,
  from: NodeJS.Require,
  wanted: (path: string) => boolean,
): LayerFile[] {
  const root = packageFolder(name, from);
  const { version } = from(join(root, 'package.json'));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path === 'package.json' || wanted(path))
    .filter((path) => statSync(join(root, path)).isFile())
    .sort()
    .map((path) => ({
      path: join('nodejs', 'node_modules', name, path),
      source: join(root, path),
      version,
      bytes: statSync(join(root, path)).size,
    }));
}

function packageFolder(name: string, from: NodeJS.Require): string {
  let folder = dirname(from.resolve(name));
  while (!folder.endsWith(join('node_modules', name))) {
    if (folder === dirname(folder)) throw new Error(`Cannot find the folder of ${name}`);
    folder = dirname(folder);
  }
  return folder;
}
