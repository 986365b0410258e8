/**
 * Where onnxruntime has a kernel for an operator, as far as a placement depends on it. From
 * https://github.com/microsoft/onnxruntime/blob/main/docs/OperatorKernels.md, read on 2026-11-22.
 */

/** Domains that onnxruntime brings. Operators of others come in a library of their own. */
const ownDomains = [
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'ai.onnx.training',
  'com.microsoft',
  'com.microsoft.nchwc',
];

/** Operators of com.microsoft with a kernel for CUDA and none for the CPU. */
const cudaOnly = new Set([
  'BiasAdd',
  'BiasDropout',
  'BiasSoftmax',
  'BiasSplitGelu',
  'ComplexMul',
  'ComplexMulConj',
  'DecoderAttention',
  'DecoderMaskedSelfAttention',
  'DequantizeWithOrder',
  'GatedRelativePositionBias',
  'GemmFloat8',
  'GemmaRotaryEmbedding',
  'GroupNorm',
  'Irfft',
  'LongformerAttention',
  'NhwcConv',
  'PackedAttention',
  'PackedMultiHeadAttention',
  'PagedAttention',
  'QOrderedAttention',
  'QOrderedGelu',
  'QOrderedLayerNormalization',
  'QOrderedLongformerAttention',
  'QOrderedMatMul',
  'QuantizeWithOrder',
  'RelativePositionBias',
  'RemovePadding',
  'RestorePadding',
  'Rfft',
  'SkipGroupNorm',
]);

/** Of operators such as `ai.onnx:Conv`, those that no onnxruntime runs without a further library. */
export function foreignOperators(operators: readonly string[]): string[] {
  return operators.filter((operator) => !ownDomains.includes(domainOf(operator)));
}

/** Those that run on a GPU only. */
export function gpuOperators(operators: readonly string[]): string[] {
  return operators.filter(
    (operator) =>
      domainOf(operator) === 'com.microsoft' && cudaOnly.has(operator.split(':')[1] ?? ''),
  );
}

function domainOf(operator: string): string {
  return operator.split(':')[0] ?? '';
}
