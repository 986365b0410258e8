import type { Datatype } from '../contract/datatype.ts';
import type { ManifestVersion, TensorSpec } from '../contract/manifest.ts';
import type { ChunkSize } from '../records/records.ts';
import type { PartSize } from './plan.ts';

/**
 * Input of one inference. Larger ones gain nothing, as the work per call is small beside that of the
 * rows, and lose the processor's cache: what a network computes from its input is many times larger.
 */
const inferenceBytes = 256 * 1024;
const bounds = { least: 8, most: 1024 };
/** Counted for a dimension that is free, such as a text's length in tokens. */
const freeDimension = 64;
const textBytes = 256;

const mebibyte = 1024 * 1024;

/** As many records as one inference should take; a power of two. */
export function chunkSizeFor(versions: readonly ManifestVersion[], partRows: number): ChunkSize {
  const row = Math.max(...versions.map(({ inputs }) => rowBytes(inputs)), 1);
  const fitting = 2 ** Math.floor(Math.log2(inferenceBytes / row));
  const records = Math.max(bounds.least, Math.min(bounds.most, fitting));
  return { records: Math.min(records, partRows), bytes: 4 * mebibyte };
}

/** A part's records bound what a kill may cost; its bytes bound a worker's memory. */
export function partSizeFor(partRows: number): PartSize {
  return { records: partRows, bytes: 16 * mebibyte };
}

function rowBytes(inputs: readonly TensorSpec[]): number {
  return inputs.reduce((sum, { datatype, shape }) => {
    const sizes = shape.slice(1).map((size) => (size === -1 ? freeDimension : size));
    return sum + sizes.reduce((product, size) => product * size, elementBytes(datatype));
  }, 0);
}

function elementBytes(datatype: Datatype): number {
  if (datatype === 'BYTES') return textBytes;
  if (datatype === 'BOOL') return 1;
  const bits = /\d+$/.exec(datatype);
  return Number(bits?.[0]) / 8;
}
