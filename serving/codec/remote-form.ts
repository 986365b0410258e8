import { tritonBinaryType } from '../contract/endpoint.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { datatypeNamed } from '../protocol/datatype-table.ts';
import { isObject, type JsonObject, own } from '../protocol/parameters.ts';
import { quote, quoteNames } from '../protocol/quote.ts';
import { elementCount, type Tensor } from '../protocol/tensor.ts';
import { bytesFromBytes, bytesOfTensor, numbersFromBytes } from './binary-data.ts';
import { parseExactJson } from './exact-json.ts';
import { readJsonTensor } from './json-data.ts';
import { headerLengthOf, tritonMediaType } from './triton-media-type.ts';

/** A body on its way to a server of our own choice, or back from it. */
export interface RemoteBody {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

export interface RemoteOutput {
  readonly name: string;
  readonly binary: boolean;
  readonly classification?: number | undefined;
}

/**
 * A request as any server with binary tensors takes it: every input binary, so that it means the same
 * there, whatever form the caller chose. The tensors are copied once, into the body that is signed.
 */
export function encodeQuestion(
  id: string,
  inputs: readonly Tensor[],
  outputs: readonly RemoteOutput[],
): RemoteBody {
  const blobs = inputs.map(bytesOfTensor);
  const header = Buffer.from(
    JSON.stringify({
      id,
      inputs: inputs.map(({ name, datatype, shape }, index) => ({
        name,
        datatype,
        shape,
        parameters: { binary_data_size: blobs[index]?.length },
      })),
      outputs: outputs.map(({ name, binary, classification }) => ({
        name,
        parameters: { binary_data: binary, ...(classification && { classification }) },
      })),
    }),
  );
  return {
    bytes: Buffer.concat([header, ...blobs]),
    contentType: tritonMediaType(header.length),
  };
}

/** The named outputs of an answer, in their order; binary or not, as the server chose. */
export function decodeAnswer(
  { bytes, contentType }: RemoteBody,
  names: readonly string[],
): Tensor[] {
  try {
    const isBinary = contentType?.startsWith(tritonBinaryType) === true;
    const headerLength = isBinary ? (headerLengthOf(contentType) ?? 0) : bytes.length;
    const found = new Map<string, Tensor>();
    let at = headerLength;
    for (const output of outputsOf(bytes.subarray(0, headerLength))) {
      const { tensor, size } = readOutput(output, bytes.subarray(at));
      at += size;
      found.set(tensor.name, tensor);
    }
    const missing = names.filter((name) => !found.has(name));
    if (missing.length > 0) throw strange(`it lacks ${quoteNames(missing)}`);
    return names.map((name) => found.get(name) as Tensor);
  } catch (cause) {
    if (cause instanceof SiskinError && cause.code === 'model_error') throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SiskinError('model_error', `the model's answer cannot be read: ${message}`, {
      cause,
    });
  }
}

function outputsOf(json: Buffer): readonly unknown[] {
  const answer = parseExactJson(json.toString('utf8'));
  const outputs = isObject(answer) ? own(answer, 'outputs') : undefined;
  if (!Array.isArray(outputs)) throw strange('it has no outputs');
  return outputs;
}

/** A tensor and the bytes that it takes of those behind the JSON. */
function readOutput(output: unknown, rest: Buffer): { tensor: Tensor; size: number } {
  if (!isObject(output)) throw strange(`an output is ${quote(output)}`);
  const { name, datatype, shape, at } = describedBy(output);
  const count = elementCount(shape) ?? 0;
  const parameters = own(output, 'parameters');
  const size = isObject(parameters) ? Number(own(parameters, 'binary_data_size') ?? -1) : -1;
  if (!(size >= 0)) {
    const input = { at, name, datatype, shape, count, contentType: undefined } as const;
    const json = own(output, 'data');
    return { tensor: readJsonTensor({ ...input, source: { json } }, json), size: 0 };
  }
  if (size > rest.length) throw strange(`${at} has ${rest.length} bytes of ${size}`);
  const bytes = rest.subarray(0, size);
  const tensor: Tensor =
    datatype === 'BYTES'
      ? { name, datatype, shape, data: bytesFromBytes({ at, count }, bytes) }
      : { name, datatype, shape, data: numbersFromBytes({ at, count }, datatype, bytes) };
  return { tensor, size };
}

function describedBy(output: JsonObject) {
  const name = own(output, 'name');
  const spelled = own(output, 'datatype');
  const shape = own(output, 'shape');
  const datatype = typeof spelled === 'string' ? datatypeNamed(spelled) : undefined;
  if (typeof name !== 'string' || !datatype || !Array.isArray(shape)) {
    throw strange('an output lacks its name, datatype or shape');
  }
  return { name, datatype, shape: shape.map(Number), at: `output ${quote(name)}` };
}

function strange(what: string): SiskinError {
  return new SiskinError('model_error', `the model's answer cannot be read: ${what}`);
}
