import type { InferenceRequest } from './request.ts';
import type { Signature } from './signature-match.ts';
import type { Tensor } from './tensor.ts';

/**
 * MLServer's clients send n texts with the shape [n, 1], Triton's with [n]. A BYTES input that differs
 * from the signature by a last dimension of 1, and by nothing else, is given the signature's form.
 */
export function fitTexts(
  request: InferenceRequest,
  { inputs: specs }: Signature,
): InferenceRequest {
  if (!request.inputs.some(({ datatype }) => datatype === 'BYTES')) return request;
  const inputs = request.inputs.map((input): Tensor => {
    if (input.datatype !== 'BYTES') return input;
    const rank = specs.find(({ name }) => name === input.name)?.shape.length;
    const { shape } = input;
    if (rank === shape.length + 1) return { ...input, shape: [...shape, 1] };
    const isColumn = rank === shape.length - 1 && shape.at(-1) === 1;
    return isColumn ? { ...input, shape: shape.slice(0, -1) } : input;
  });
  return { ...request, inputs };
}
