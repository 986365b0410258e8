import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { expectError, infer, inferBinary, json, parts, tensor } from './requests.ts';

export function describeInference(client: () => Client): void {
  const matrix = (shape: number[], data: unknown, more: object = {}) =>
    infer(client(), 'matrix', { inputs: [tensor('x', 'FP32', shape, data)], ...more });

  describe('Shapes', () => {
    it.each([
      ['flat', [1, 2, 3, 4, 5, 6, 7, 8]],
      [
        'nested',
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      ],
      [
        'wrapped once more',
        [
          [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
          ],
        ],
      ],
    ])('takes data that is %s', async (_, data) => {
      expect(json(await matrix([2, 4], data)).outputs?.[0]).toMatchObject({
        shape: [2, 4],
        data: [1, 2, 3, 4, 5, 6, 7, 8],
      });
    });

    it.each([
      [
        'along the first dimensions',
        [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
      ],
      [
        'along the last dimensions',
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      ],
    ])('takes data that is nested partly, %s', async (_, data) => {
      const answer = await infer(client(), 'cube', {
        inputs: [tensor('x', 'INT32', [2, 2, 2], data)],
      });
      expect(json(answer).outputs?.[0]?.data).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it.each([
      [
        'ragged',
        [2, 4],
        [
          [1, 2, 3],
          [4, 5, 6, 7, 8],
        ],
      ],
      ['ragged in kind', [2, 4], [[1, 2, 3, 4], 5]],
      [
        'transposed',
        [3, 2],
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
    ])('refuses data that is %s', async (_, shape, data) => {
      expectError(await matrix(shape, data), 400, '"x"', 'does not match the shape');
    });

    it('takes a scalar with and without brackets', async () => {
      for (const data of [[5], 5]) {
        const answer = await infer(client(), 'scalar', { inputs: [tensor('x', 'FP32', [], data)] });
        expect(json(answer).outputs?.[0]).toMatchObject({ shape: [], data: [5] });
      }
    });

    it('takes empty tensors of several dimensions', async () => {
      expect(json(await matrix([0, 4], [])).outputs?.[0]).toMatchObject({
        shape: [0, 4],
        data: [],
      });
    });

    it.each([
      ['a wrong count', [1, 4], [1, 2, 3], 'asks for 4 elements, but data has 3'],
      ['a wrong rank', [4], [1, 2, 3, 4], 'shape is [4], but the model expects [-1,4]'],
      ['a wrong dimension', [1, 3], [1, 2, 3], 'shape is [1,3], but the model expects [-1,4]'],
      ['a negative dimension', [-1, 4], [1, 2, 3, 4], 'shape[0]'],
      ['a fractional dimension', [1.5, 4], [1, 2, 3, 4], 'shape[0]'],
      ['a huge product', [4294967296, 4294967296], [1], 'more elements than can exist'],
    ])('refuses %s', async (_, shape, data, mention) => {
      expectError(await matrix(shape, data), 400, '"x"', mention);
    });
  });

  describe('Requests', () => {
    const x = tensor('x', 'FP32', [1, 4], [1, 2, 3, 4]);

    it('echoes an id, also an odd one, and makes one up when there is none', async () => {
      for (const id of ['42', '', '__proto__', 'ü "quoted"']) {
        expect(json(await infer(client(), 'matrix', { id, inputs: [x] })).id).toBe(id);
      }
      expect(json(await infer(client(), 'matrix', { inputs: [x] })).id).toMatch(/./);
    });

    it('names the model and its version as strings', async () => {
      const answer = await infer(client(), 'plus', { inputs: [tensor('x', 'FP32', [1], [1])] });
      expect(json(answer)).toMatchObject({ model_name: 'plus', model_version: '10' });
      expect(answer.headers['content-type']).toBe('application/json');
    });

    it('tolerates unknown keys and parameters; of duplicate keys the last wins', async () => {
      const request = `{"model_name":"other","unknown":{"a":[1]},"__proto__":{"inputs":1},"constructor":2,
        "parameters":{"k":1,"priority":2},"inputs":[],"inputs":[${JSON.stringify({ ...x, more: 1 })}]}`;
      expect(json(await infer(client(), 'matrix', request)).outputs?.[0]?.data).toEqual([
        1, 2, 3, 4,
      ]);
    });

    it('does not depend on the content type, and takes datatypes in any case', async () => {
      const body = JSON.stringify({ inputs: [{ ...x, datatype: 'fp32' }] });
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
        const headers = { 'Content-Type': type };
        const answer = await client()('POST', '/v2/models/matrix/infer', body, headers);
        expect(answer.status).toBe(200);
      }
    });

    it('answers the outputs asked for, in that order', async () => {
      const request = {
        inputs: ['a', 'b'].map((name) => tensor(name, 'INT64', [1, 4], [1, 2, 3, 4])),
        outputs: [{ name: 'difference' }, { name: 'sum' }],
      };
      const names = json(await infer(client(), 'add.sub', request)).outputs?.map(
        ({ name }) => name,
      );
      expect(names).toEqual(['difference', 'sum']);
    });

    it.each([
      ['an unknown input', { inputs: [x, { ...x, name: 'z' }] }, 'inputs[1] "z"'],
      ['a missing input', { inputs: [] }, 'input "x" (FP32 [-1,4]) is missing'],
      ['a duplicate input', { inputs: [x, x] }, 'given twice'],
      ['an input named like a prototype', { inputs: [{ ...x, name: '__proto__' }] }, '__proto__'],
      [
        'an unknown output',
        { inputs: [x], outputs: [{ name: 'toString' }] },
        'outputs[0] "toString"',
      ],
      [
        'a wrong datatype',
        { inputs: [tensor('x', 'FP64', [1, 4], [1, 2, 3, 4])] },
        'datatype is FP64',
      ],
      ['an unknown datatype', { inputs: [{ ...x, datatype: 'STRING' }] }, '"STRING"'],
      ['inputs that are no array', { inputs: { x: 1 } }, 'inputs must be an array'],
      ['no inputs', {}, 'missing'],
      ['an input that is no object', { inputs: [7] }, 'inputs[0]'],
      ['an id that is no string', { id: 42, inputs: [x] }, 'id must be a string'],
      ['parameters that are no object', { parameters: 'k', inputs: [x] }, 'parameters'],
      ['data that is no array', { inputs: [{ ...x, data: 'abcd' }] }, 'data must be an array'],
      ['an array', [x], 'must be a JSON object'],
      ['a number', 42, 'must be a JSON object'],
      ['text that is no JSON', '{"inputs": [', 'not JSON'],
      ['nothing', '', 'empty'],
    ])('refuses %s', async (_, request, mention) => {
      expectError(await infer(client(), 'matrix', request), 400, mention);
    });

    it('names every mistake in the signature at once', async () => {
      const request = { inputs: [{ ...x, name: 'z' }], outputs: [{ name: 'w' }] };
      expectError(await infer(client(), 'matrix', request), 400, '"z"', '"x"', '"w"');
    });

    it('refuses bombs of nesting, and answers the next request right', async () => {
      const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
      const bomb = `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":${deep(200_000)}}]}`;
      expectError(await infer(client(), 'matrix', bomb), 400, 'nested');
      expectError(await infer(client(), 'matrix', bomb.replace('[[[', '[[NaN,[')), 400, 'nested');
      expect((await infer(client(), 'matrix', { inputs: [x] })).status).toBe(200);
    });

    it('refuses text that is not UTF-8 instead of repairing it', async () => {
      const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
      expectError(await client()('POST', '/v2/models/matrix/infer', body), 400, 'UTF-8');
      const half = '{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":["\\ud800"]}]}';
      expectError(await infer(client(), 'identity-bytes', half), 400, 'data[0]');
    });

    it('says that an input with a default cannot be set, rather than ignore it', async () => {
      const x1 = tensor('x', 'FP32', [1], [3]);
      expect(
        json(await infer(client(), 'optional_scale', { inputs: [x1] })).outputs?.[0]?.data,
      ).toEqual([6]);
      const answer = await infer(client(), 'optional_scale', {
        inputs: [x1, tensor('scale', 'FP32', [1], [10])],
      });
      if (answer.status === 200) expect(json(answer).outputs?.[0]?.data).toEqual([30]);
      else expectError(answer, 400, '"scale"');
    });

    it('blames the model for what fails inside it, and inputs for contradicting each other', async () => {
      const index = (value: number) => ({ inputs: [tensor('index', 'INT64', [1], [value])] });
      expectError(await infer(client(), 'gather', index(7)), 500, 'idx=7');
      expect(json(await infer(client(), 'gather', index(1))).outputs?.[0]?.data).toEqual([20]);
      const rows = (count: number) => [count, 4];
      const data = (count: number) => Array(count * 4).fill(1);
      const inputs = [
        tensor('a', 'INT64', rows(2), data(2)),
        tensor('b', 'INT64', rows(3), data(3)),
      ];
      expectError(await infer(client(), 'add.sub', { inputs }), 400, '"a"', '"b"');
    });

    it('honours timeout as a soft deadline and refuses sequences', async () => {
      const send = (parameters: object) => infer(client(), 'matrix', { parameters, inputs: [x] });
      expect((await send({ timeout: 25_000_000 })).status).toBe(200);
      expect((await send({ timeout: 0, sequence_id: 0, sequence_start: false })).status).toBe(200);
      expectError(await send({ timeout: 1 }), 408, 'parameters.timeout');
      expectError(await send({ timeout: 'soon' }), 400, '"soon"');
      expectError(await send({ sequence_id: 7, sequence_start: true }), 501, 'sequence_start');
      expectError(await send({ binary_data_output: 'yes' }), 400, '"yes"');
    });
  });

  describe('Classification', () => {
    const classes = (parameters: object, data: number[], shape = [2, 4]) => ({
      inputs: [tensor('x', 'FP32', shape, data)],
      outputs: [{ name: 'y', parameters }],
    });
    const data = [0.5, 3, 2, 1, 9, 8, 7, 10];

    it('answers the best classes of each row as texts', async () => {
      const answer = json(await infer(client(), 'matrix', classes({ classification: 2 }, data)));
      expect(answer.outputs?.[0]).toMatchObject({
        datatype: 'BYTES',
        shape: [2, 2],
        data: ['3:1', '2:2', '10:3', '9:0'],
      });
    });

    it('cuts the number to that of the classes, and takes 0 as none', async () => {
      const many = json(await infer(client(), 'matrix', classes({ classification: 99 }, data)));
      expect(many.outputs?.[0]?.shape).toEqual([2, 4]);
      const none = json(await infer(client(), 'matrix', classes({ classification: 0 }, data)));
      expect(none.outputs?.[0]?.datatype).toBe('FP32');
    });

    it('ranks a single row, and in binary form', async () => {
      const request = {
        inputs: [tensor('x', 'INT64', [3], [5, 7, 6])],
        outputs: [{ name: 'y', parameters: { classification: 1, binary_data: true } }],
      };
      const { json: header, binary } = parts(await infer(client(), 'identity-int64', request));
      expect(header.outputs?.[0]).toMatchObject({ datatype: 'BYTES', shape: [1] });
      expect(binary).toEqual(Buffer.concat([Buffer.from([3, 0, 0, 0]), Buffer.from('7:1')]));
    });

    it('refuses a number that is none, and texts that cannot be ranked', async () => {
      for (const classification of [-1, 1.5, 'two']) {
        expectError(await infer(client(), 'matrix', classes({ classification }, data)), 400, '"y"');
      }
      const text = {
        inputs: [tensor('x', 'BYTES', [1], ['a'])],
        outputs: [{ name: 'y', parameters: { classification: 1 } }],
      };
      expectError(await infer(client(), 'identity-bytes', text), 400, '"y"', 'BYTES');
    });
  });

  describe('Hints for BYTES', () => {
    const send = (data: string[], hint: string, requestWide: boolean) => {
      const parameters = { content_type: hint };
      const input = tensor('x', 'BYTES', [data.length], data);
      return infer(
        client(),
        'identity-bytes',
        requestWide ? { parameters, inputs: [input] } : { inputs: [{ ...input, parameters }] },
      );
    };

    it('decodes base64 and answers text', async () => {
      expect(json(await send(['aMOp'], 'base64', false)).outputs?.[0]?.data).toEqual(['hé']);
    });

    it('answers in the spelling of the whole request, and says so', async () => {
      const base64 = json(await send(['aMOp'], 'base64', true)).outputs?.[0];
      expect(base64).toMatchObject({ data: ['aMOp'], parameters: { content_type: 'base64' } });
      const text = json(await send(['hé'], 'str', true)).outputs?.[0];
      expect(text).toMatchObject({ data: ['hé'], parameters: { content_type: 'str' } });
    });

    it('takes the column of texts that MLServer sends, with its empty members', async () => {
      const nothing = { parameters: null, outputs: null };
      const parameters = { content_type: 'str', headers: null };
      const input = { ...tensor('x', 'BYTES', [2, 1], ['a', 'b']), parameters };
      const answer = await infer(client(), 'identity-bytes', {
        id: null,
        ...nothing,
        inputs: [input],
      });
      expect(json(answer).outputs?.[0]).toMatchObject({ shape: [2], data: ['a', 'b'] });
      const wide = tensor('x', 'BYTES', [1, 2], ['a', 'b']);
      expectError(await infer(client(), 'identity-bytes', { inputs: [wide] }), 400, '[1,2]');
    });

    it('takes what is not base64 as it stands', async () => {
      expect(json(await send(['not base64!'], 'base64', false)).outputs?.[0]?.data).toEqual([
        'not base64!',
      ]);
    });

    it('takes texts of any length in binary form', async () => {
      const text = 'é'.repeat(1000);
      const element = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      const parameters = { binary_data_size: element.length + 4 };
      const input = { name: 'x', datatype: 'BYTES', shape: [1], parameters };
      const answer = await inferBinary(client(), 'identity-bytes', { inputs: [input] }, [
        length,
        element,
      ]);
      expect(json(answer).outputs?.[0]?.data).toEqual([text]);
    });
  });
}
