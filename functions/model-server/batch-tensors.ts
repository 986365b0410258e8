import type { BytesElement, Tensor } from '../../serving/protocol/tensor.ts';

/** Rows of a request: the first dimension, which all its inputs share; undefined when they do not. */
export function rowsOf(inputs: readonly Tensor[]): number | undefined {
  const rows = inputs[0]?.shape[0];
  return inputs.every(({ shape }) => shape[0] === rows) ? rows : undefined;
}

/** Equal for requests whose tensors can be joined: same names, same shapes beyond the first dimension. */
export function joinKey(inputs: readonly Tensor[]): string {
  const parts = inputs.map(({ name, shape }) => [name, ...shape.slice(1)]);
  return JSON.stringify(parts.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** One tensor for each input, with the rows of all requests in their order. */
export function joinRequests(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = requests;
  return first.map(({ name }) =>
    joinTensors(requests.map((inputs) => inputs.find((each) => each.name === name) as Tensor)),
  );
}

function joinTensors(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor];
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
  const shape = [rows, ...first.shape.slice(1)];
  if (first.datatype === 'BYTES') {
    return { ...first, shape, data: tensors.flatMap(({ data }) => data as BytesElement[]) };
  }
  const length = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const Elements = first.data.constructor as Float32ArrayConstructor;
  const data = new Elements(length);
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data as Float32Array, at);
    at += tensor.data.length;
  }
  return { ...first, shape, data };
}

/** Each request's rows of one output; undefined when the output has not a row for each. */
export function splitTensor(tensor: Tensor, rows: readonly number[]): Tensor[] | undefined {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const [first, ...rest] = tensor.shape;
  if (first !== total) return undefined;
  const size = rest.reduce((product, dimension) => product * dimension, 1);
  let at = 0;
  return rows.map((count) => {
    const [start, end] = [at * size, (at + count) * size];
    at += count;
    const shape = [count, ...rest];
    return tensor.datatype === 'BYTES'
      ? { ...tensor, shape, data: tensor.data.slice(start, end) }
      : { ...tensor, shape, data: tensor.data.subarray(start, end) };
  });
}
