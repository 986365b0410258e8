import { describe, expect, it } from 'vitest';
import type { Datatype } from '../../serving/contract/datatype.ts';
import type { Client } from './client.ts';
import { identityName } from './models.ts';
import { expectError, infer, inferBinary, json, parts, tensor } from './requests.ts';

interface Sample {
  /** The elements as JSON text, and the same in binary form as hex. */
  readonly text: string;
  readonly hex: string;
}

/** For each datatype its extremes, and the golden bytes of other implementations where known. */
const samples: Readonly<Record<Datatype, Sample>> = {
  BOOL: { text: '[true,false,true]', hex: '010001' },
  UINT8: { text: '[0,255]', hex: '00ff' },
  UINT16: { text: '[0,65535]', hex: '0000ffff' },
  UINT32: { text: '[0,4294967295]', hex: '00000000ffffffff' },
  UINT64: { text: '[1,18446744073709551615]', hex: '0100000000000000ffffffffffffffff' },
  INT8: { text: '[-128,127]', hex: '807f' },
  INT16: { text: '[-32768,32767]', hex: '0080ff7f' },
  INT32: { text: '[-2147483648,2147483647]', hex: '00000080ffffff7f' },
  INT64: { text: '[9007199254740993,-1]', hex: '0100000000002000ffffffffffffffff' },
  FP16: { text: '[1.5,-2,0.0999755859375,65504]', hex: '003e00c0662eff7b' },
  BF16: { text: '[1.5,-2,0.099609375,3.140625]', hex: 'c03f00c0cc3d4940' },
  FP32: { text: '[1.5,-2,0.25]', hex: '0000c03f000000c00000803e' },
  FP64: { text: '[0.1,-1e+300]', hex: '9a9999999999b93f9c7500883ce437fe' },
  BYTES: { text: '["hi","","héllo"]', hex: '020000006869000000000600000068c3a96c6c6f' },
};

const elementsIn = (text: string) => JSON.parse(text).length as number;

export function describeDatatypes(client: () => Client): void {
  describe.each(Object.entries(samples))('%s', (datatype, { text, hex }) => {
    const model = identityName(datatype as Datatype);
    const shape = [elementsIn(text)];
    const inJson = `{"inputs":[{"name":"x","datatype":"${datatype}","shape":[${shape}],"data":${text}}]}`;
    const blob = Buffer.from(hex, 'hex');
    const parameters = { binary_data_size: blob.length };
    const inBinary = { inputs: [{ name: 'x', datatype, shape, parameters }] };

    it('goes through JSON exactly', async () => {
      const answer = await infer(client(), model, inJson);
      expect(answer.bytes.toString()).toContain(`"data":${text}`);
      expect(json(answer).outputs?.[0]).toMatchObject({ name: 'y', datatype, shape });
    });

    it('goes through the binary form exactly', async () => {
      const request = { ...inBinary, parameters: { binary_data_output: true } };
      const { json: header, binary } = parts(await inferBinary(client(), model, request, [blob]));
      expect(binary.toString('hex')).toBe(hex);
      expect(header.outputs?.[0]).toMatchObject({ datatype, shape, parameters });
    });

    it('answers JSON to binary and binary to JSON with the same values', async () => {
      const toJson = await inferBinary(client(), model, inBinary, [blob]);
      expect(toJson.bytes.toString()).toContain(`"data":${text}`);
      const request = inJson.replace(
        '{"inputs"',
        '{"parameters":{"binary_data_output":true},"inputs"',
      );
      expect(parts(await infer(client(), model, request)).binary.toString('hex')).toBe(hex);
    });

    it('carries no elements at all', async () => {
      const empty = await infer(client(), model, { inputs: [tensor('x', datatype, [0], [])] });
      expect(json(empty).outputs?.[0]).toMatchObject({ shape: [0], data: [] });
      const input = { name: 'x', datatype, shape: [0], parameters: { binary_data_size: 0 } };
      const binary = await inferBinary(client(), model, { inputs: [input] }, []);
      expect(json(binary).outputs?.[0]).toMatchObject({ shape: [0], data: [] });
    });

    it('refuses an element of another kind, naming input, index and value', async () => {
      const strange = datatype === 'BYTES' ? 7 : 'seven';
      const data = [JSON.parse(text)[0], strange];
      const answer = await infer(client(), model, { inputs: [tensor('x', datatype, [2], data)] });
      expectError(answer, 400, '"x"', 'data[1]', JSON.stringify(strange));
    });
  });

  describe('Exact numbers', () => {
    const send = (datatype: Datatype, elements: string) => {
      const input = `{"name":"x","datatype":"${datatype}","shape":[1],"data":[${elements}]}`;
      return infer(client(), identityName(datatype), `{"inputs":[${input}]}`);
    };

    it.each([
      ['UINT8', '256'],
      ['INT8', '-129'],
      ['UINT64', '-1'],
      ['UINT64', '18446744073709551616'],
      ['INT64', '9223372036854775808'],
      ['INT32', '1.5'],
      ['INT64', '1.00000000000000000001'],
      ['INT64', '1e-400'],
      ['INT64', '1e400'],
      ['INT32', 'null'],
      ['INT32', 'NaN'],
      ['INT16', 'true'],
      ['BOOL', '2'],
      ['FP16', '70000'],
      ['FP16', '0.1'],
      ['BF16', '1.001'],
      ['FP32', '1e39'],
      ['FP64', '1e400'],
    ] as const)('refuses for %s the element %s', async (datatype, element) => {
      expectError(await send(datatype, element), 400, '"x"', 'data[0]');
    });

    it.each([
      ['INT64', '1e18', '1000000000000000000'],
      ['INT64', '9007199254740993.0', '9007199254740993'],
      ['INT32', '1.0', '1'],
      ['INT32', '1e1', '10'],
      ['UINT64', '9223372036854775808', '9223372036854775808'],
      ['BOOL', '1', 'true'],
      ['BOOL', '0', 'false'],
      ['FP32', '-0.0', '-0.0'],
      ['FP32', 'NaN', 'null'],
      ['FP64', 'null', 'null'],
      ['FP32', 'Infinity', '"Infinity"'],
      ['FP64', '-Infinity', '"-Infinity"'],
      ['FP16', '"Infinity"', '"Infinity"'],
      ['FP32', '16777216', '16777216'],
      ['FP64', '12345678901234567890', '12345678901234567000'],
    ] as const)(
      'takes for %s the element %s and answers %s',
      async (datatype, element, expected) => {
        const answer = await send(datatype, element);
        expect(answer.bytes.toString()).toContain(`"data":[${expected}]`);
      },
    );
  });
}
