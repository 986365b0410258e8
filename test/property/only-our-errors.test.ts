import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from '../../serving/codec/codecs.ts';
import { expandBody } from '../../serving/codec/content-encoding.ts';
import { datatypes } from '../../serving/contract/datatype.ts';
import { errorCatalogue } from '../../serving/error/catalogue.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { predictFunction } from '../fixtures/predict-function.ts';
import { addSubtractModel } from '../fixtures/test-models.ts';

const signature = { inputs: [], outputs: [] };

/** Runs the decoder; anything it throws must be a mistake of the caller's, in our words. */
function decodes(bytes: Buffer, headerLength: number | undefined): void {
  try {
    decodeRequest({ bytes, headerLength }, signature);
  } catch (error) {
    expect(error).toBeInstanceOf(SiskinError);
    const { status } = errorCatalogue[(error as SiskinError).code];
    expect([400, 413, 415, 501]).toContain(status);
  }
}

const headerLength = fc.option(fc.nat(200), { nil: undefined });
const leaf = fc.oneof(
  fc.constantFrom<unknown>('x', 'toString', '__proto__', 1, 0, -1, Number.MAX_VALUE, true, null),
  fc.jsonValue({ maxDepth: 1 }),
);
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 9, arbitrary: right as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: leaf },
  );
const name = fc.constantFrom('a', 'b', 'x', '__proto__', 'constructor');
const element = fc.oneof(fc.integer(), fc.double(), leaf);
const input = fc.record(
  {
    name: mostly(name),
    datatype: mostly(fc.constantFrom(...datatypes)),
    shape: mostly(fc.array(fc.nat(2), { maxLength: 3 })),
    data: mostly(fc.array(element, { maxLength: 4 })),
    parameters: fc.constantFrom({}, { binary_data_size: 4 }, { content_type: 'base64' }, 1),
    ['__proto__']: leaf,
  },
  { requiredKeys: ['name', 'datatype', 'shape', 'data'] },
);
const almostRequest = fc.record(
  {
    inputs: mostly(fc.array(mostly(input), { maxLength: 3 })),
    outputs: mostly(fc.array(fc.record({ name, parameters: leaf }), { maxLength: 2 })),
    id: leaf,
    parameters: mostly(fc.dictionary(fc.constantFrom('timeout', 'binary_data_output', 'k'), leaf)),
    valueOf: leaf,
    /** Makes some bodies long enough for the number scanner. */
    padding: fc.constantFrom('', ' '.repeat(3000)),
  },
  { requiredKeys: ['inputs', 'padding'] },
);

describe('Whatever a caller sends', () => {
  it('escapes from the decoder only as an error of ours, for bytes at random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), headerLength, (bytes, length) =>
        decodes(Buffer.from(bytes), length),
      ),
      { numRuns: 500 },
    );
  });

  it('escapes from the decoder only as an error of ours, for requests that are almost right', () => {
    fc.assert(
      fc.property(almostRequest, headerLength, (request, length) => {
        const bytes = Buffer.from(JSON.stringify(request));
        decodes(bytes, length === undefined ? undefined : bytes.length - length);
      }),
      { numRuns: 500 },
    );
  });

  it('escapes from decompression only as an error of ours', () => {
    const encoding = fc.constantFrom('gzip', 'deflate', 'x-gzip', 'br', '', 'identity');
    const magic = fc.constantFrom([], [0x1f, 0x8b], [0x78, 0x9c]);
    fc.assert(
      fc.property(encoding, magic, fc.uint8Array(), (name, front, rest) => {
        try {
          expandBody(Buffer.from([...front, ...rest]), name);
        } catch (error) {
          expect(error).toBeInstanceOf(SiskinError);
        }
      }),
    );
  });

  it('is answered by the whole function with a status below 500 and the next request right', async () => {
    const model = predictFunction('m', { '1': addSubtractModel('FP32', 1) });
    const tensor = (name: string) => ({ name, shape: [1, 1], datatype: 'FP32', data: [1] });
    await fc.assert(
      fc.asyncProperty(almostRequest, async (request) => {
        const { status, body } = await model.infer(request);
        expect(status === 501 || status < 500).toBe(true);
        if (status !== 200) expect(body.error).toEqual(expect.any(String));
      }),
    );
    const { body } = await model.infer({ inputs: [tensor('a'), tensor('b')] });
    expect(body.outputs?.map(({ data }) => data)).toEqual([[2], [0]]);
  });

  it('is answered when it is no API request at all', async () => {
    const model = predictFunction('m', { '1': addSubtractModel() });
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (event) => {
        expect((await model.invoke(event)).statusCode).toBe(400);
      }),
    );
    expect((await model.invoke(undefined, null)).statusCode).toBe(400);
  });
});
