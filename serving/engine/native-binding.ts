import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
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

let opened: NativeBinding | undefined;

/**
 * onnxruntime-node's native addon without the package's JavaScript: twenty files, most of them for
 * browsers, take a fifth of a small model's cold start, and their tensor class checks every output.
 */
export function nativeBinding(): NativeBinding {
  if (opened) return opened;
  // From the bundle, which is CommonJS, as well as from the source.
  const require = createRequire(import.meta.filename ?? __filename);
  const { platform, arch } = process;
  opened = require(
    `onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
  ) as NativeBinding;
  opened.initOrtOnce(warnings, NativeOutput as never, isMainThread);
  return opened;
}
