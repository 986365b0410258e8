import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { halfToNumber } from '../protocol/half.ts';
import type { InferenceResponse, ResponseOutput } from '../protocol/response.ts';
import type { NumericTensor, Tensor } from '../protocol/tensor.ts';
import { writeBytes } from './json-bytes.ts';

/**
 * The answer's JSON, assembled as text: a tree of it would cost as much as the inference of a small
 * model. `binarySizes` tells which outputs stand in the binary part, and with how many bytes.
 */
export function responseText(
  response: InferenceResponse,
  binarySizes: ReadonlyMap<ResponseOutput, number>,
): string {
  checkLength(response, binarySizes);
  const outputs = response.outputs.map((output) => outputText(output, binarySizes.get(output)));
  return `{"model_name":${nameText(response.modelName)},"model_version":${nameText(
    response.modelVersion,
  )},"id":${JSON.stringify(response.id)},"outputs":[${outputs.join(',')}]}`;
}

/** The names of a model, its versions and its outputs, which are the same from answer to answer. */
const names = new Map<string, string>();
const mostNames = 100;

function nameText(name: string): string {
  let text = names.get(name);
  if (text === undefined) {
    text = JSON.stringify(name);
    if (names.size < mostNames) names.set(name, text);
  }
  return text;
}

/** A number takes up to 25 characters and a character of text up to 6: more might fit no string. */
const most = limits.inflatedJson;

function checkLength(
  { outputs }: InferenceResponse,
  binarySizes: ReadonlyMap<ResponseOutput, number>,
): void {
  let count = 0;
  for (const output of outputs) {
    if (!binarySizes.has(output)) count += lengthOf(output.tensor);
  }
  if (count <= most) return;
  throw new SiskinError(
    'answer_too_large',
    `the answer has ${count} numbers or characters to write as JSON, more than ${most}; ask for fewer outputs or a smaller batch, or for binary outputs`,
  );
}

function lengthOf({ datatype, data }: Tensor): number {
  if (datatype !== 'BYTES') return data.length;
  return data.reduce((sum, element) => sum + element.length + 1, 0);
}

function outputText(output: ResponseOutput, binarySize: number | undefined): string {
  const { tensor, contentType } = output;
  const head = `{"name":${nameText(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
  if (binarySize !== undefined) return `${head},"parameters":{"binary_data_size":${binarySize}}}`;
  const isBytes = tensor.datatype === 'BYTES';
  const parameters =
    isBytes && contentType !== undefined
      ? `,"parameters":{"content_type":${JSON.stringify(contentType)}}`
      : '';
  return `${head}${parameters},"data":[${elementsText(tensor, contentType)}]}`;
}

function elementsText(tensor: Tensor, contentType: string | undefined): string {
  switch (tensor.datatype) {
    case 'BYTES': {
      const texts = writeBytes(tensor.name, tensor.data, contentType === 'base64');
      return texts.map((text) => JSON.stringify(text)).join(',');
    }
    case 'BOOL':
      return Array.from(tensor.data as Uint8Array, (value) => (value ? 'true' : 'false')).join(',');
    case 'FP16':
    case 'BF16':
      return floatsText(halves(tensor));
    case 'FP32':
    case 'FP64':
      return floatsText(tensor.data as Float32Array | Float64Array);
    default:
      return tensor.data.join(',');
  }
}

function halves({ datatype, data }: NumericTensor): Float64Array {
  return Float64Array.from(data as Uint16Array, (bits) =>
    halfToNumber(datatype as 'FP16' | 'BF16', bits),
  );
}

/** Joining is fast and right unless an element is a NaN, an infinity or a negative zero. */
function floatsText(data: Float32Array | Float64Array): string {
  for (let index = 0; index < data.length; index += 1) {
    const value = data[index] as number;
    if (value - value !== 0 || Object.is(value, -0)) return Array.from(data, floatText).join(',');
  }
  return data.join(',');
}

function floatText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'null' : `"${value}"`;
}
