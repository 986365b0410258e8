import { describe, expect, it } from 'vitest';
import { foreignOperators, gpuOperators } from '../../../lib/placement/kernels.ts';

describe('Kernels of onnxruntime', () => {
  it('exist for every operator of its own domains, as far as is known', () => {
    expect(foreignOperators(['ai.onnx:Conv', 'ai.onnx.ml:Scaler', 'com.microsoft:Gelu'])).toEqual(
      [],
    );
  });

  it('do not exist for the domains of others', () => {
    expect(foreignOperators(['ai.onnx:Conv', 'trt.plugins:NMS'])).toEqual(['trt.plugins:NMS']);
  });

  it('exist on GPUs only for a few operators of com.microsoft', () => {
    expect(
      gpuOperators(['com.microsoft:PagedAttention', 'com.microsoft:MultiHeadAttention']),
    ).toEqual(['com.microsoft:PagedAttention']);
    // The name alone says nothing: ONNX has an operator GroupNormalization, others have their own.
    expect(gpuOperators(['ai.onnx:GroupNorm'])).toEqual([]);
  });
});
