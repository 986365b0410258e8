import { SiskinError } from '../error/siskin-error.ts';
import type { EnvelopeInput } from '../protocol/request.ts';
import type { Tensor } from '../protocol/tensor.ts';
import { bytesFromBytes, numbersFromBytes } from './binary-data.ts';
import type { Codec } from './codec.ts';
import { decodeEnvelope } from './json-envelope.ts';
import { tensorsOf } from './json-form.ts';

/** JSON at the front, then the bytes of the binary inputs in their order, without padding. */
export const binaryForm: Codec = {
  name: 'binary',
  applies: ({ headerLength }) => headerLength !== undefined && headerLength > 0,
  decode: ({ bytes, headerLength = 0 }, signature) => {
    if (headerLength > bytes.length) {
      throw new SiskinError(
        'bad_binary',
        `inference header size should be in range (0, ${bytes.length}), but Inference-Header-Content-Length is ${headerLength}`,
      );
    }
    const envelope = decodeEnvelope(bytes.subarray(0, headerLength), signature);
    let at = headerLength;
    const request = tensorsOf(envelope, (input, size) => {
      const missing = at + size - bytes.length;
      if (missing > 0) {
        throw new SiskinError(
          'bad_binary',
          `unexpected size for input ${input.at}, expecting ${missing} additional bytes`,
        );
      }
      at += size;
      return readBinaryTensor(input, bytes.subarray(at - size, at));
    });
    if (at < bytes.length) {
      throw new SiskinError(
        'bad_binary',
        `unexpected additional input data: ${bytes.length - at} bytes after the last input`,
      );
    }
    return request;
  },
};

function readBinaryTensor(input: EnvelopeInput, bytes: Buffer): Tensor {
  const { name, datatype, shape } = input;
  return datatype === 'BYTES'
    ? { name, datatype, shape, data: bytesFromBytes(input, bytes) }
    : { name, datatype, shape, data: numbersFromBytes(input, datatype, bytes) };
}
