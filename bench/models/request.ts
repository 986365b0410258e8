import { createRandom } from '../../training/random.ts';
import type { BenchModel } from './bench-models.ts';
import { imageSide } from './convolutional-graph.ts';
import { tabularFeatures } from './tabular.ts';
import { thumbnailSide } from './thumbnails.ts';

/** What a model is asked: the same tensor in each form, so that all answers must agree. */
export interface ModelInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

const inputs: Readonly<Record<BenchModel, { name: string; shape: readonly number[] }>> = {
  tabular: { name: 'x', shape: [1, tabularFeatures] },
  digits: { name: 'image', shape: [1, 1, 28, 28] },
  mobilenet: { name: 'image', shape: [1, 3, imageSide, imageSide] },
  resnet18: { name: 'image', shape: [1, 3, imageSide, imageSide] },
  thumbnails: { name: 'image', shape: [1, 3, thumbnailSide, thumbnailSide] },
};

export function modelInput(model: BenchModel): ModelInput {
  const { name, shape } = inputs[model];
  const random = createRandom(7);
  const length = shape.reduce((product, size) => product * size, 1);
  return { name, shape, data: Float32Array.from({ length }, () => random.next()) };
}

export type Form = 'JSON' | 'binary';

/** A request's body as clients write it. */
export interface RequestBody {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export function requestBody({ name, shape, data }: ModelInput, form: Form): RequestBody {
  const tensor = { name, shape, datatype: 'FP32' };
  if (form === 'JSON') {
    // Array.from widens to doubles, whose text has the 16 to 17 digits that numpy and others write.
    const body = Buffer.from(JSON.stringify({ inputs: [{ ...tensor, data: Array.from(data) }] }));
    return { body, headers: { 'content-type': 'application/json' } };
  }
  const parameters = { binary_data_size: data.byteLength };
  const header = Buffer.from(
    JSON.stringify({
      inputs: [{ ...tensor, parameters }],
      parameters: { binary_data_output: true },
    }),
  );
  return {
    body: Buffer.concat([header, Buffer.from(data.buffer)]),
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
  };
}
