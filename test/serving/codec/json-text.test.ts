import { describe, expect, it } from 'vitest';
import { responseText } from '../../../serving/codec/json-text.ts';
import type { ResponseOutput } from '../../../serving/protocol/response.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';

const count = 16 * 1024 * 1024 + 1;

/** Long without taking memory: only its length is looked at. */
function tensorOf(datatype: 'UINT8' | 'BYTES'): Tensor {
  const head = { name: 'y', shape: [count] };
  if (datatype === 'UINT8') return { ...head, datatype, data: new Uint8Array(count) };
  return { ...head, shape: [1], datatype, data: ['x'.repeat(count)] };
}

function textOf(tensor: Tensor, binarySize?: number): string {
  const output: ResponseOutput = {
    tensor,
    binary: binarySize !== undefined,
    contentType: undefined,
  };
  const response = { modelName: 'm', modelVersion: '1', id: 'a', outputs: [output] };
  return responseText(response, new Map(binarySize === undefined ? [] : [[output, binarySize]]));
}

describe('The JSON of an answer', () => {
  it.each(['UINT8', 'BYTES'] as const)(
    'is refused before it is written when its %s might fit no string',
    (datatype) => {
      expect(() => textOf(tensorOf(datatype))).toThrow(
        expect.objectContaining({
          code: 'answer_too_large',
          message: expect.stringContaining('to write as JSON, more than 16777216'),
        }),
      );
    },
  );

  it('does not count outputs that go in binary form', () => {
    expect(JSON.parse(textOf(tensorOf('UINT8'), count)).outputs).toEqual([
      { name: 'y', datatype: 'UINT8', shape: [count], parameters: { binary_data_size: count } },
    ]);
  });
});
