import { describe, expect, it } from 'vitest';
import { generatedRequest } from '../../../functions/pre-traffic-check/generated-request.ts';

describe('A request made from the signature', () => {
  it('has the smallest tensor of each datatype that the model needs', () => {
    const request = generatedRequest([
      { name: 'image', datatype: 'FP32', shape: [-1, 2, 2] },
      { name: 'text', datatype: 'BYTES', shape: [-1] },
      { name: 'flag', datatype: 'BOOL', shape: [] },
      { name: 'scale', datatype: 'FP32', shape: [1], optional: true },
    ]);
    expect(request).toEqual({
      inputs: [
        { name: 'image', datatype: 'FP32', shape: [1, 2, 2], data: [0, 0, 0, 0] },
        { name: 'text', datatype: 'BYTES', shape: [1], data: [''] },
        { name: 'flag', datatype: 'BOOL', shape: [], data: [false] },
      ],
    });
  });
});
