import type { TensorSpec } from '../../serving/contract/manifest.ts';
import { openWriter } from '../../serving/records/formats.ts';
import { readDigits } from '../../training/digits/images.ts';
import { createRandom } from '../../training/random.ts';
import { tabularFeatures } from '../models/tabular.ts';

/** A file of rows, and the tensor that it holds. */
export interface BatchData {
  readonly rows: number;
  /** One after the other; those of a longer file repeat. */
  readonly tensor: Float32Array<ArrayBuffer>;
  readonly text: Buffer;
}

const pixels = 28 * 28;

/** The images of the package `mnist`, which has pixels as decimals of three digits, most of them 0. */
export function digitsTensor(): Float32Array<ArrayBuffer> {
  const { training, heldOut } = readDigits();
  const images = [...training, ...heldOut];
  const tensor = new Float32Array(images.length * pixels);
  images.forEach((image, index) => {
    tensor.set(image.pixels, index * pixels);
  });
  return tensor;
}

/** `{"id":0,"image":[0,0,0.992,...]}`, as JSON.stringify writes what the package gives. */
export function digitsJsonl(tensor: Float32Array, rows: number): Buffer {
  const images = tensor.length / pixels;
  const texts = Array.from({ length: images }, (_, image) => {
    const values = tensor.subarray(image * pixels, (image + 1) * pixels);
    return Array.from(values, (value) => Math.round(value * 1000) / 1000).join(',');
  });
  return lines(rows, (row) => `{"id":${row},"image":[${texts[row % images]}]}\n`);
}

/** The same in columns: an id, and lists of single floats. */
export function digitsParquet(tensor: Float32Array<ArrayBuffer>, rows: number): Uint8Array {
  const image: TensorSpec = { name: 'image', datatype: 'FP32', shape: [-1, pixels] };
  const signature = { inputs: [{ ...image, shape: [-1, pixels] }], outputs: [image] };
  const writer = openWriter({ format: 'parquet', signature, carried: ['id'] });
  const images = tensor.length / pixels;
  for (let from = 0; from < rows; from += images) {
    const count = Math.min(images, rows - from);
    const ids = Array.from({ length: count }, (_, index) => from + index);
    const data = tensor.subarray(0, count * pixels);
    const batch = { rows: count, inputs: [], records: ids, carried: new Map([['id', ids]]) };
    writer.add(batch, [{ ...image, datatype: 'FP32', shape: [count, pixels], data }]);
  }
  return writer.finish();
}

/** How a table writes its numbers. */
export interface TabularForm {
  readonly name: string;
  readonly line: (row: number, values: readonly number[]) => string;
  readonly number: (uniform: number) => number;
}

export const tabularForms: readonly TabularForm[] = [
  {
    name: 'named columns of short decimals',
    number: (uniform) => Math.round(uniform * 1e4) / 100,
    line: (row, values) => {
      const members = values.map((value, index) => `"x_${index}":${value}`);
      return `{"id":${row},${members.join(',')}}\n`;
    },
  },
  {
    name: 'arrays of 17-digit numbers',
    number: (uniform) => uniform,
    line: (row, values) => `{"id":${row},"x":[${values.join(',')}]}\n`,
  },
];

/** Rows that differ; a longer file repeats them under other ids. */
const distinctRows = 8192;

export function tabularData({ number, line }: TabularForm, rows: number): BatchData {
  const random = createRandom(11);
  const table = Array.from({ length: distinctRows }, () =>
    Array.from({ length: tabularFeatures }, () => number(random.next())),
  );
  const text = lines(rows, (row) => line(row, table[row % distinctRows] as number[]));
  return { rows, tensor: Float32Array.from(table.flat()), text };
}

/** In pieces, since one string of all lines would be too long for V8. */
function lines(rows: number, line: (row: number) => string): Buffer {
  const pieces: Buffer[] = [];
  for (let from = 0; from < rows; from += 4096) {
    const count = Math.min(4096, rows - from);
    pieces.push(
      Buffer.from(Array.from({ length: count }, (_, index) => line(from + index)).join('')),
    );
  }
  return Buffer.concat(pieces);
}
