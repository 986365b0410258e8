import { readGoldenFile } from '../../lib/model-repository/golden-file.ts';
import type { ModelVersion } from '../../lib/model-repository/model.ts';
import { decodeRequest } from '../../serving/codec/codecs.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import { numericTypes, type TensorData } from '../../serving/protocol/datatype-table.ts';
import { matchSignature } from '../../serving/protocol/signature-match.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';

/** What a model is asked while it is measured. */
export interface MeasuredRequests {
  /** Where the values come from, in words. */
  readonly origin: string;
  /** One request, or, for models that take batches, one row; others follow in turn. */
  single(index: number): readonly Tensor[];
  /** So many rows in one request; undefined when the model takes no batches. */
  readonly batch?: (size: number) => readonly Tensor[];
}

type Row = readonly Tensor[];

/** The golden requests of a version, cut into rows where it takes batches; else zeros. */
export function measuredRequests(version: ModelVersion): MeasuredRequests {
  const { requests, origin } = requestsOf(version);
  const rows = requests.flatMap((request) => rowsOf(request, version.inputs) ?? []);
  const [first] = rows;
  if (first === undefined) {
    return { origin, single: (index) => requests[index % requests.length] as Row };
  }
  // Rows that differ in their further dimensions cannot be joined.
  const alike = rows.filter((row) => layoutOf(row) === layoutOf(first));
  const at = (index: number) => alike[index % alike.length] as Row;
  return {
    origin,
    single: at,
    batch: (size) => joined(Array.from({ length: size }, (_, index) => at(index))),
  };
}

function requestsOf(version: ModelVersion): { requests: readonly Row[]; origin: string } {
  const golden = version.goldenPath ? readGoldenFile(version.goldenPath).golden : undefined;
  if (golden === undefined) {
    const inputs = version.inputs.filter(({ optional }) => !optional);
    return { requests: [inputs.map(zeros)], origin: 'zeros in the shape of the signature' };
  }
  const requests = golden.cases.map(({ request }) => {
    const bytes = Buffer.from(JSON.stringify(request));
    const decoded = decodeRequest({ bytes, headerLength: undefined }, version);
    matchSignature(decoded, version);
    return decoded.inputs;
  });
  const count = requests.length === 1 ? '1 case' : `${requests.length} cases`;
  return { requests, origin: `the ${count} of golden.json` };
}

/** The rows of a request; undefined when a given input has no free first dimension. */
function rowsOf(request: Row, specs: readonly TensorSpec[]): Row[] | undefined {
  const free = request.every(
    ({ name }) => specs.find((spec) => spec.name === name)?.shape[0] === -1,
  );
  const [count] = request[0]?.shape ?? [];
  if (!free || !count || request.some(({ shape }) => shape[0] !== count)) return undefined;
  return Array.from({ length: count }, (_, row) => request.map((tensor) => slice(tensor, row)));
}

function slice(tensor: Tensor, row: number): Tensor {
  const [count = 1, ...rest] = tensor.shape;
  const size = tensor.data.length / count;
  const data = tensor.data.slice(row * size, (row + 1) * size);
  return { ...tensor, shape: [1, ...rest], data } as Tensor;
}

function layoutOf(row: Row): string {
  return row.map(({ name, shape }) => `${name}[${shape.slice(1)}]`).join();
}

function joined(rows: readonly Row[]): Row {
  const [first] = rows;
  return (first as Row).map((tensor, input) => {
    const parts = rows.map((row) => (row[input] as Tensor).data);
    const shape = [rows.length, ...tensor.shape.slice(1)];
    return { ...tensor, shape, data: concatenated(parts) } as Tensor;
  });
}

function concatenated(parts: readonly Tensor['data'][]): Tensor['data'] {
  const [first] = parts;
  if (Array.isArray(first)) return (parts as readonly (readonly string[])[]).flat();
  const numbers = parts as readonly TensorData[];
  const length = numbers.reduce((sum, part) => sum + part.length, 0);
  const Data = (first as TensorData).constructor as new (length: number) => TensorData;
  const whole = new Data(length);
  let offset = 0;
  for (const part of numbers) {
    // One tensor's parts are of one type, which the union of all types does not say.
    whole.set(part as never, offset);
    offset += part.length;
  }
  return whole;
}

function zeros({ name, datatype, shape: signature }: TensorSpec): Tensor {
  const shape = signature.map((dimension) => (dimension < 0 ? 1 : dimension));
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  if (datatype === 'BYTES') return { name, datatype, shape, data: Array(length).fill('text') };
  return { name, datatype, shape, data: new numericTypes[datatype].array(length) };
}
