import { describe, expect, it } from 'vitest';
import { datatypes } from '../../../serving/contract/datatype.ts';
import {
  datatypeNamed,
  datatypeOfOnnx,
  numericTypes,
} from '../../../serving/protocol/datatype-table.ts';

describe('The datatype table', () => {
  it('has a row for every datatype but BYTES', () => {
    expect([...Object.keys(numericTypes), 'BYTES'].sort()).toEqual([...datatypes].sort());
  });

  it('is read in both directions', () => {
    for (const [datatype, { onnx }] of Object.entries(numericTypes)) {
      if (onnx !== undefined) expect(datatypeOfOnnx(onnx)).toBe(datatype);
    }
    expect(datatypeOfOnnx('string')).toBe('BYTES');
    expect(datatypeOfOnnx('constructor')).toBeUndefined();
  });

  it('knows names in any case and no others', () => {
    expect(datatypeNamed('fp32')).toBe('FP32');
    expect(datatypeNamed('toString')).toBeUndefined();
  });

  it('has sizes that its arrays have', () => {
    for (const { array, size } of Object.values(numericTypes)) {
      expect(new array(1).byteLength).toBe(size);
    }
  });
});
