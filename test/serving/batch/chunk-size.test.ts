import { describe, expect, it } from 'vitest';
import { chunkSizeFor } from '../../../serving/batch/chunk-size.ts';
import type { ManifestVersion, TensorSpec } from '../../../serving/contract/manifest.ts';

const records = (inputs: readonly Pick<TensorSpec, 'datatype' | 'shape'>[], partRows = 8192) =>
  chunkSizeFor([{ inputs } as ManifestVersion], partRows).records;

describe('A chunk', () => {
  it('has many rows of a table, and few of pictures', () => {
    expect(records([{ datatype: 'FP32', shape: [-1, 30] }])).toBe(1024);
    expect(records([{ datatype: 'FP32', shape: [-1, 1, 28, 28] }])).toBe(64);
    expect(records([{ datatype: 'FP32', shape: [-1, 3, 224, 224] }])).toBe(8);
    expect(records([{ datatype: 'BYTES', shape: [-1] }])).toBe(1024);
  });

  it('is never larger than a part', () => {
    expect(records([{ datatype: 'FP32', shape: [-1, 30] }], 100)).toBe(100);
  });
});
