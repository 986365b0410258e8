import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest, encodeResponse } from '../../../serving/codec/codecs.ts';
import { decodeAnswer, encodeQuestion } from '../../../serving/codec/remote-form.ts';
import { headerLengthOf, tritonMediaType } from '../../../serving/codec/triton-media-type.ts';
import { arbitraryTensor, comparable } from '../../fixtures/arbitrary-tensor.ts';

const answer = (json: unknown, ...blobs: Uint8Array[]) => {
  const header = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const contentType = blobs.length > 0 ? tritonMediaType(header.length) : 'application/json';
  return { bytes: Buffer.concat([header, ...blobs]), contentType };
};
const y = { name: 'y', datatype: 'FP32', shape: [2] };

describe('A question to another server', () => {
  it('says what the caller said, whatever the tensors hold', () => {
    fc.assert(
      fc.property(arbitraryTensor, (tensor) => {
        const { bytes, contentType } = encodeQuestion('7', [tensor], [{ name: 'y', binary: true }]);
        const headerLength = headerLengthOf(contentType);
        const read = decodeRequest({ bytes, headerLength }, { inputs: [], outputs: [] });
        expect(read).toMatchObject({ id: '7', outputs: [{ binary: true }] });
        expect(read.inputs.map(comparable)).toEqual([comparable(tensor)]);
      }),
    );
  });

  it('asks for classes where the caller did', () => {
    const wanted = [{ name: 'y', binary: false, classification: 3 }];
    const { bytes } = encodeQuestion('7', [], wanted);
    expect(JSON.parse(bytes.toString()).outputs).toEqual([
      { name: 'y', parameters: { binary_data: false, classification: 3 } },
    ]);
  });
});

describe('An answer of another server', () => {
  it('gives the tensors that went into it', () => {
    fc.assert(
      fc.property(arbitraryTensor, fc.boolean(), (tensor, binary) => {
        const output = { tensor, binary, contentType: undefined };
        const response = { modelName: 'm', modelVersion: '1', id: '7', outputs: [output] };
        const body = tryEncode(response);
        if (!body) return;
        const remote =
          'text' in body
            ? { bytes: Buffer.from(body.text), contentType: 'application/json' }
            : { bytes: body.bytes, contentType: tritonMediaType(body.headerLength) };
        const [read] = decodeAnswer(remote, [tensor.name]);
        expect(read && comparable(read)).toEqual(comparable(tensor));
      }),
    );
  });

  it('may hold JSON and binary outputs, in any order, and more than were asked for', () => {
    const blob = Buffer.from(Float32Array.of(3, 4).buffer);
    const outputs = [
      { ...y, name: 'other', data: [1, 2] },
      { ...y, parameters: { binary_data_size: 8 } },
    ];
    const [first, second] = decodeAnswer(answer({ outputs }, blob), ['y', 'other']);
    expect([first?.data, second?.data]).toEqual([Float32Array.of(3, 4), Float32Array.of(1, 2)]);
  });

  it.each<[string, ReturnType<typeof answer>, string]>([
    ['is no JSON', answer('<html>'), 'cannot be read'],
    ['is another JSON', answer([]), 'it has no outputs'],
    ['lacks an output', answer({ outputs: [] }), 'it lacks "y"'],
    ['lacks a datatype', answer({ outputs: [{ name: 'y', shape: [] }] }), 'lacks its name'],
    ['has too few elements', answer({ outputs: [{ ...y, data: [1] }] }), 'data has 1'],
    [
      'has too few bytes',
      answer({ outputs: [{ ...y, parameters: { binary_data_size: 8 } }] }, Buffer.alloc(4)),
      '4 bytes of 8',
    ],
  ])("is the model's error when it %s", (_, body, problem) => {
    let error: unknown;
    try {
      decodeAnswer(body, ['y']);
    } catch (cause) {
      error = cause;
    }
    expect(error).toMatchObject({ code: 'model_error', message: expect.stringContaining(problem) });
  });
});

/** An answer in JSON may be impossible: BYTES that are no text. */
function tryEncode(response: Parameters<typeof encodeResponse>[0]) {
  try {
    return encodeResponse(response);
  } catch {
    return undefined;
  }
}

describe("Triton's media type on SageMaker", () => {
  it('carries the length of the JSON', () => {
    expect(tritonMediaType(12)).toBe(
      'application/vnd.sagemaker-triton.binary+json;json-header-size=12',
    );
    expect(headerLengthOf(tritonMediaType(12))).toBe(12);
  });

  it('is told from others to the letter, as Triton does', () => {
    for (const type of [undefined, 'application/json', tritonMediaType(1).replace(';', '; ')]) {
      expect(headerLengthOf(type)).toBeUndefined();
    }
    expect(() => headerLengthOf(`${tritonMediaType(1)}x`)).toThrow('"1x"');
  });
});
