/**
 * A model version in the form that onnxruntime's optimizer leaves it in: its weights lie in a file of
 * their own, which is mapped into memory and not read. Made by the build; the function uses it only
 * where it proves right, and else loads the model as it was released.
 */
export interface OptimizedForm {
  /** The graph, relative to manifest.json. */
  readonly path: string;
  /** The processors that it may run on, see `processorOf`; absent when any of the architecture will do. */
  readonly processor?: string;
  /** The architecture that it was made on and for, as Node spells it. */
  readonly architecture: string;
  /** Every file of the form, the graph and the check included. */
  readonly files: readonly FormFile[];
  /** An AnswerCheck, relative to manifest.json. */
  readonly check: string;
}

export interface FormFile {
  /** Relative to manifest.json. */
  readonly path: string;
  readonly bytes: number;
  /** CRC-32 as zlib counts it: against damage, not against attackers, who would write this file too. */
  readonly crc32: number;
}

/**
 * What decides whether an optimized graph means the same on two processors. onnxruntime lays images
 * out in blocks of channels (NCHWc), 16 wide with AVX-512 and 8 without, and the weights of a saved
 * graph lie in blocks of the machine that saved it. On the other kind it answers wrongly and without
 * an error. Undefined where nothing is known.
 */
export function processorOf(architecture: string, cpuInfo: string): string | undefined {
  const flags = architecture === 'x64' ? cpuInfo.match(/^flags\s*:(.*)$/m)?.[1] : undefined;
  if (flags === undefined) return undefined;
  return / avx512f( |$)/.test(flags) ? 'x64-nchw16c' : 'x64-nchw8c';
}

/** Where Linux describes the processor. */
export const cpuInfoFile = '/proc/cpuinfo';
