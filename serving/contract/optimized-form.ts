import type { AnswerCheck } from './answer-check.ts';

/**
 * A model version in the form that onnxruntime's optimizer leaves it in: its weights lie in a file of
 * their own, which is mapped into memory and not read. Made by the build, which compares its answers
 * with the model's own; the function uses it only where it means the same as where it was made, and
 * else loads the model as it was released.
 */
export interface OptimizedForm {
  /** The graph, relative to manifest.json. */
  readonly path: string;
  /** The architecture that it was made on and for, as Node spells it. */
  readonly architecture: string;
  /** Version of onnxruntime that made it: operators of an optimized graph are the runtime's own affair. */
  readonly runtime: string;
  /** Present when the graph is laid out for a kind of processor; any of the architecture will do else. */
  readonly layout?: ImageLayout;
  /** Every file of the form. */
  readonly files: readonly FormFile[];
}

/** How the machine that made a form lays out images, and how to tell whether another does the same. */
export interface ImageLayout {
  /** The processors that it is for, see `processorOf`. */
  readonly processor: string;
  /** A network of one convolution, laid out by the same machine; relative to manifest.json. */
  readonly path: string;
  /** What it answered there. */
  readonly check: AnswerCheck;
}

export interface FormFile {
  /** Relative to manifest.json. */
  readonly path: string;
  readonly bytes: number;
  /** See `checksumOf`. */
  readonly checksum: number;
}

/** Files up to this size are summed up as a whole. */
const smallBytes = 1024 * 1024;

const samples = 128;
const sampleBytes = 64;

/**
 * FNV-1a, by words of 32 bits, of a small file, or of 128 places of a large one: its begin, its end and
 * others evenly between. It tells another model's or build's weights, and any stretch of damage longer
 * than a 127th of the file. A single bit it may miss; all of them count in the digest of the package,
 * which Lambda compares before it unpacks it. By hand, as zlib alone takes longer to load than this.
 */
export function checksumOf(bytes: number, read: ReadPart): number {
  const length = bytes <= smallBytes ? bytes : sampleBytes;
  const words = new Int32Array(Math.ceil(length / 4));
  const part = new Uint8Array(words.buffer, 0, length);
  const last = length === bytes ? 0 : samples - 1;
  let sum = 0x811c9dc5;
  for (let i = 0; i <= last; i++) {
    read(part, Math.floor(((bytes - length) * i) / (last || 1)));
    // Not a loop of its own: at a cold start its compilation takes longer than its run.
    sum = words.reduce(fnv1a, sum);
  }
  return sum >>> 0;
}

function fnv1a(sum: number, word: number): number {
  return Math.imul(sum ^ word, 0x01000193);
}

/** Fills `part` with a file's bytes from `position` on. */
export type ReadPart = (part: Uint8Array, position: number) => void;

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
