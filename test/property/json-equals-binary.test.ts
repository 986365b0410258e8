import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeResponse } from '../../serving/codec/codecs.ts';
import { datatypes } from '../../serving/contract/datatype.ts';
import { arbitraryTensor } from '../fixtures/arbitrary-tensor.ts';
import { bytesOf, predictFunction } from '../fixtures/predict-function.ts';
import { identityModel } from '../fixtures/test-models.ts';

// One function per datatype and rank; a tensor finds the one that takes it.
const functions = new Map(
  datatypes.flatMap((datatype) =>
    [0, 1, 2, 3, 4].map((rank) => {
      const model = identityModel(datatype, Array(rank).fill(-1));
      return [`${datatype} ${rank}`, () => predictFunction('m', { '1': model })] as const;
    }),
  ),
);

describe('One request in JSON and in binary form', () => {
  it('gets the same answer', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTensor, async (tensor) => {
        // Texts with a NUL are refused, in both forms.
        fc.pre(
          tensor.datatype !== 'BYTES' || !tensor.data.some((text) => String(text).includes('\0')),
        );
        const answers: string[] = [];
        const model = functions.get(`${tensor.datatype} ${tensor.shape.length}`)?.();
        for (const binary of [false, true]) {
          const output = { tensor, binary, contentType: undefined };
          const body = encodeResponse({
            modelName: 'm',
            modelVersion: '1',
            id: 'i',
            outputs: [output],
          });
          const bytes = 'text' in body ? Buffer.from(body.text) : body.bytes;
          // Of the same length, so that the header's length stays right.
          const request = Buffer.from(
            bytes.toString('latin1').replace('"outputs":', '"inputs": '),
            'latin1',
          );
          const headers: Record<string, string> =
            'text' in body ? {} : { 'Inference-Header-Content-Length': String(body.headerLength) };
          const answer = await model?.send('POST', '/v2/models/m/infer', request, headers);
          answers.push(`${answer?.statusCode} ${answer && bytesOf(answer)}`);
        }
        expect(answers[0]).toMatch(/^200 /);
        expect(answers[1]).toBe(answers[0]);
      }),
      { numRuns: 100 },
    );
  });
});
