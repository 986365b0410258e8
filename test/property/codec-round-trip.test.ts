import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest, encodeResponse } from '../../serving/codec/codecs.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';
import { arbitraryTensor, comparable } from '../fixtures/arbitrary-tensor.ts';

const noSignature = { inputs: [], outputs: [] };

/** Writes the tensors as an answer's outputs and reads them back as a request's inputs. */
function roundTrip(tensors: readonly Tensor[], isBinary: (index: number) => boolean): unknown[] {
  const answer = encodeResponse({
    modelName: 'm',
    modelVersion: '1',
    id: 'i',
    outputs: tensors.map((tensor, index) => ({
      tensor,
      binary: isBinary(index),
      contentType: undefined,
    })),
  });
  const whole = 'text' in answer ? Buffer.from(answer.text) : answer.bytes;
  const headerLength = 'text' in answer ? undefined : answer.headerLength;
  const header = whole.subarray(0, headerLength ?? whole.length).toString();
  const request = Buffer.from(header.replace('"outputs":', '"inputs":'));
  const blobs = whole.subarray(headerLength ?? whole.length);
  const bytes = Buffer.concat([request, blobs]);
  const length = headerLength === undefined ? undefined : request.length;
  return decodeRequest({ bytes, headerLength: length }, noSignature).inputs.map(comparable);
}

describe('Tensors of every datatype and shape', () => {
  it('come back the same from JSON', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTensor, { maxLength: 4 }), (tensors) => {
        expect(roundTrip(tensors, () => false)).toEqual(tensors.map(comparable));
      }),
      { numRuns: 500 },
    );
  });

  it('come back the same from the binary form, at any alignment', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTensor, { minLength: 1, maxLength: 5 }), (tensors) => {
        expect(roundTrip(tensors, () => true)).toEqual(tensors.map(comparable));
      }),
      { numRuns: 500 },
    );
  });

  it('come back the same from a body that mixes both', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTensor, { maxLength: 5 }), fc.nat(), (tensors, seed) => {
        const isBinary = (index: number) => ((seed >> index) & 1) === 1;
        expect(roundTrip(tensors, isBinary)).toEqual(tensors.map(comparable));
      }),
    );
  });
});
