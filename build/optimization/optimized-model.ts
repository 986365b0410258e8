import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ModelVersion } from '../../lib/model-repository/model.ts';
import { limits } from '../../serving/contract/limits.ts';
import {
  checksumOf,
  cpuInfoFile,
  processorOf,
  type ReadPart,
} from '../../serving/contract/optimized-form.ts';
import { digestOf } from '../digest.ts';
import type { OptimizedModel, ServedVersion } from '../model-package.ts';
import type { LayerArchitecture } from '../onnxruntime-layer.ts';
import { writeOutputFolder } from '../output-folder.ts';
import { NotOptimized, optimize } from './optimize.ts';

export interface OptimizationOptions {
  readonly outDir: string;
  /** Processor of the function. */
  readonly architecture: LayerArchitecture;
  /** Told why a model stays as it is. */
  readonly warn: (message: string) => void;
  /** Smaller models load in a moment, and optimizing would only slow the build. */
  readonly leastBytes?: number;
}

const defaultLeastBytes = 1024 * 1024;

/** Raise it when the way of optimizing changes, so that forms made by an older one are not taken. */
const revision = 2;

/** Says in a folder of the cache why there is nothing else in it. */
const refusalFile = 'not-optimized.txt';
/** What is known of the form beside its files. */
const formFile = 'form.json';

/**
 * The version's optimized form, made once for each content of the model and its golden requests;
 * undefined where the plain model is served.
 */
export async function optimizedModel(
  served: ServedVersion,
  source: ModelVersion,
  options: OptimizationOptions,
): Promise<OptimizedModel | undefined> {
  const { architecture, outDir, leastBytes = defaultLeastBytes } = options;
  // A graph from another architecture could not even be tried here.
  if (process.arch !== architecture) return undefined;
  // A version of more than half the limit has no room for a second form beside it.
  if (served.bytes < leastBytes || 2 * served.bytes > limits.unzippedPackage) return undefined;
  const processor = thisProcessor();
  const { goldenPath } = source;
  const key = digestOf([
    ['model', served.digest],
    ['golden', goldenPath === undefined ? '' : readFileSync(goldenPath)],
    ['made by', `${revision} onnxruntime ${onnxruntimeVersion()} ${architecture} ${processor}`],
  ]);
  const folder = join(outDir, 'optimized', key.slice(0, 32));
  if (!existsSync(folder)) await make(served, source, processor, folder, options.warn);
  return existsSync(join(folder, refusalFile)) ? undefined : read(folder, architecture);
}

async function make(
  { files, inputs, outputs }: ServedVersion,
  { artifact, goldenPath }: ModelVersion,
  processor: string | undefined,
  folder: string,
  warn: (message: string) => void,
): Promise<void> {
  const drafts = `${folder}.${randomUUID()}`;
  const model = files[0]?.source as string;
  try {
    const { files, layout } = await optimize({
      model,
      inputs,
      outputs,
      goldenPath,
      processor,
      folder: drafts,
    });
    const known: KnownForm = { runtime: onnxruntimeVersion(), ...(layout && { layout }) };
    writeOutputFolder(folder, [...files, { path: formFile, content: JSON.stringify(known) }]);
  } catch (error) {
    if (!(error instanceof NotOptimized)) throw error;
    warn(`${artifact.path} is served as it is: ${error.message}`);
    writeOutputFolder(folder, [{ path: refusalFile, content: error.message }]);
  } finally {
    rmSync(drafts, { recursive: true, force: true });
  }
}

type KnownForm = Pick<OptimizedModel, 'runtime' | 'layout'>;

function read(folder: string, architecture: LayerArchitecture): OptimizedModel {
  const names = readdirSync(folder).filter((name) => name !== formFile);
  const files = names.sort().map((path) => measured(path, join(folder, path)));
  const known: KnownForm = JSON.parse(readFileSync(join(folder, formFile), 'utf8'));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...known, bytes, architecture, files };
}

function measured(path: string, source: string) {
  const { size } = statSync(source);
  const file = openSync(source, 'r');
  const read: ReadPart = (part, position) => {
    readSync(file, part, 0, part.length, position);
  };
  try {
    return { path, source, bytes: size, checksum: checksumOf(size, read) };
  } finally {
    closeSync(file);
  }
}

function thisProcessor(): string | undefined {
  return existsSync(cpuInfoFile)
    ? processorOf(process.arch, readFileSync(cpuInfoFile, 'utf8'))
    : undefined;
}

function onnxruntimeVersion(): string {
  return createRequire(import.meta.url)('onnxruntime-node/package.json').version;
}
