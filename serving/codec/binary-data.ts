import { isAscii } from 'node:buffer';
import { SiskinError } from '../error/siskin-error.ts';
import { type NumericDatatype, numericTypes, type TensorData } from '../protocol/datatype-table.ts';
import type { BytesElement, Tensor } from '../protocol/tensor.ts';
import { elementOf } from './json-bytes.ts';

/** Where a tensor's bytes come from, for messages, and how many elements they must be. */
interface Wanted {
  readonly at: string;
  readonly count: number;
}

const widestElement = 8;

/** Memory for a body whose byte at `front` suits any typed array: a copy for that would cost as much as decoding. */
export function roomForBinary(length: number, front: number): Buffer {
  const padding = (widestElement - (front % widestElement)) % widestElement;
  // Small ones come out of Node's pool, whose every piece begins at a multiple of eight.
  return Buffer.allocUnsafe(padding + length).subarray(padding);
}

/** A view on the bytes where their alignment allows it, else a copy. */
export function numbersFromBytes(
  wanted: Wanted,
  datatype: NumericDatatype,
  bytes: Buffer,
): TensorData {
  const { array, size, kind } = numericTypes[datatype];
  if (bytes.length !== wanted.count * size) {
    throw new SiskinError(
      'bad_binary',
      `unexpected size for input ${wanted.at}: ${wanted.count} elements of ${datatype} are ${wanted.count * size} bytes, but binary_data_size is ${bytes.length}`,
    );
  }
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : alignedCopy(bytes);
  const data = new array(buffer, byteOffset, wanted.count);
  if (kind === 'bool') checkBooleans(wanted, data as Uint8Array);
  return data;
}

/** Small buffers of Node share a pool, at any offset: only memory of its own is sure to be aligned. */
function alignedCopy(bytes: Buffer): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

/** The model would read any other byte as neither true nor false. */
function checkBooleans(wanted: Wanted, data: Uint8Array): void {
  const index = data.findIndex((value) => value > 1);
  if (index < 0) return;
  throw new SiskinError(
    'bad_tensor',
    `${wanted.at}: element ${index} is the byte ${data[index]}, but BOOL is 0 or 1`,
  );
}

/** Elements that each follow their length as four bytes, little endian. */
export function bytesFromBytes(wanted: Wanted, bytes: Buffer): readonly BytesElement[] {
  const elements: BytesElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.length - at >= 4 ? bytes.readUInt32LE(at) : 0;
    const end = at + 4 + length;
    if (end > bytes.length) {
      throw new SiskinError(
        'bad_binary',
        `unexpected size for input ${wanted.at}: element ${elements.length} is expecting ${end - bytes.length} additional bytes`,
      );
    }
    const element = bytes.subarray(at + 4, end);
    elements.push(isAscii(element) ? element.toString('latin1') : elementOf(element));
    at = end;
  }
  if (elements.length !== wanted.count) {
    throw new SiskinError(
      'bad_binary',
      `unexpected size for input ${wanted.at}: the shape asks for ${wanted.count} elements, but binary_data_size holds ${elements.length}`,
    );
  }
  return elements;
}

/** The bytes of an output, for the binary part of an answer. */
export function bytesOfTensor(tensor: Tensor): Buffer {
  if (tensor.datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = tensor.data;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
  return lengthsAndBytes(tensor.data);
}

/** Into one buffer: one for each of a million short texts would take ten times as long as the model. */
function lengthsAndBytes(elements: readonly BytesElement[]): Buffer {
  let size = 0;
  for (const element of elements) size += 4 + Buffer.byteLength(element);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const element of elements) {
    const start = at + 4;
    const length =
      typeof element === 'string' ? bytes.write(element, start) : setAt(bytes, element, start);
    bytes.writeUInt32LE(length, at);
    at = start + length;
  }
  return bytes;
}

function setAt(bytes: Buffer, element: Uint8Array, start: number): number {
  bytes.set(element, start);
  return element.length;
}
