import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { binding as Binding } from 'onnxruntime-node/dist/binding.js';

type NativeBinding = typeof Binding;

/** What the runtime makes of an output; its elements are as they are in the package's own class. */
class NativeOutput {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
  readonly location = 'cpu';

  constructor(type: string, data: unknown, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

const warnings = 2;

/**
 * The addon asks whether this is the main thread, in order to free its environment with the process,
 * which the process's end does anyway. To find out would load a module of Node that nothing else needs.
 */
const isMainThread = false;

let opened: NativeBinding | undefined;

/**
 * onnxruntime-node's native addon without the package's JavaScript: twenty files, most of them for
 * browsers, take a fifth of a small model's cold start, and their tensor class checks every output.
 */
export function nativeBinding(): NativeBinding {
  if (opened) return opened;
  const file = addonFile();
  opened = createRequire(file)(file) as NativeBinding;
  opened.initOrtOnce(warnings, NativeOutput as never, isMainThread);
  return opened;
}

/** Version of the very package that the addon is from: the layer's, in Lambda. */
export function runtimeVersion(): string {
  const root = addonFile().slice(0, -inPackage.length);
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version;
}

const inPackage = `bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`;

/**
 * Lambda names the folders of layers in NODE_PATH, where Node itself looks last, after every folder
 * above the function: half as long again as to open the addon.
 */
function addonFile(): string {
  const path = `onnxruntime-node/${inPackage}`;
  const layers = process.env.NODE_PATH?.split(delimiter) ?? [];
  const inLayer = layers.map((folder) => join(folder, path)).find((file) => existsSync(file));
  // From the bundle, which is CommonJS, as well as from the source.
  return inLayer ?? createRequire(import.meta.filename ?? __filename).resolve(path);
}
