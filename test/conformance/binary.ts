import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { expectError, infer, inferBinary, json, parts, tensor } from './requests.ts';

const floats = (...values: number[]) => Buffer.from(new Float32Array(values).buffer);
const longs = (...values: number[]) => Buffer.from(new BigInt64Array(values.map(BigInt)).buffer);
const binary = (name: string, datatype: string, shape: number[], size: number) => ({
  name,
  datatype,
  shape,
  parameters: { binary_data_size: size },
});

export function describeBinaryForm(client: () => Client): void {
  const x = (size = 16) => ({ inputs: [binary('x', 'FP32', [1, 4], size)] });

  describe('The binary form', () => {
    it('mixes JSON and binary inputs, and outputs by their own flags', async () => {
      const request = {
        // One blank moves the blob to an odd place.
        id: 'mixed ',
        parameters: { binary_data_output: true },
        inputs: [tensor('a', 'INT64', [1, 4], [1, 2, 3, 4]), binary('b', 'INT64', [1, 4], 32)],
        outputs: [{ name: 'difference', parameters: { binary_data: false } }, { name: 'sum' }],
      };
      const answer = await inferBinary(client(), 'add.sub', request, [longs(10, 20, 30, 40)]);
      const { json: header, binary: blob } = parts(answer);
      expect(header.outputs?.map(({ name }) => name)).toEqual(['difference', 'sum']);
      expect(header.outputs?.[0]?.data).toEqual([-9, -18, -27, -36]);
      expect(blob).toEqual(longs(11, 22, 33, 44));
      expect(header.id).toBe('mixed ');
    });

    it.each([0, 1, 2, 3, 4, 5, 6, 7])('reads tensors at any alignment (%i)', async (pad) => {
      const request = { ...x(), id: 'i'.repeat(pad) };
      const answer = await inferBinary(client(), 'matrix', request, [floats(1, 2, 3, 4)]);
      expect(json(answer).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
    });

    it('refuses lengths that do not agree with the body', async () => {
      const send = (request: unknown, blob: Buffer, headers = {}) =>
        inferBinary(client(), 'matrix', request, [blob], headers);
      const blob = floats(1, 2, 3, 4);
      expectError(await send(x(), floats(1, 2, 3)), 400, '"x"', 'expecting 4 additional bytes');
      expectError(await send(x(), floats(1, 2, 3, 4, 5)), 400, 'unexpected additional input data');
      expectError(await send(x(12), floats(1, 2, 3)), 400, 'unexpected size for input', '"x"');
      const tooLong = { 'Inference-Header-Content-Length': '100000' };
      expectError(await send(x(), blob, tooLong), 400, 'inference header size should be in range');
      for (const value of ['-1', 'many', '1.5', '99999999999999999999']) {
        const headers = { 'Inference-Header-Content-Length': value };
        expectError(await send(x(), blob, headers), 400, value);
      }
      const body = JSON.stringify(x());
      expectError(await infer(client(), 'matrix', body), 400, 'Inference-Header-Content-Length');
    });

    it('refuses a tensor that is given twice or not at all', async () => {
      const twice = { ...binary('x', 'FP32', [1, 4], 16), data: [1, 2, 3, 4] };
      const blob = [floats(1, 2, 3, 4)];
      expectError(await inferBinary(client(), 'matrix', { inputs: [twice] }, blob), 400, 'both');
      const none = { name: 'x', datatype: 'FP32', shape: [1, 4] };
      expectError(await infer(client(), 'matrix', { inputs: [none] }), 400, 'neither');
    });

    it('takes the bytes of a single input alone, and answers in binary', async () => {
      const headers = { 'Inference-Header-Content-Length': '0' };
      const post = (model: string, body: Buffer) =>
        client()('POST', `/v2/models/${model}/infer`, body, headers);
      const { json: header, binary: blob } = parts(await post('matrix', floats(1, 2, 3, 4)));
      expect(header.outputs?.[0]?.shape).toEqual([1, 4]);
      expect(blob).toEqual(floats(1, 2, 3, 4));
      expectError(await post('matrix', floats(1, 2, 3)), 400, 'shape [-1,4]');
      expectError(await post('add.sub', longs(1)), 400, '2 inputs');
      const text = parts(await post('identity-bytes', Buffer.from('whole body')));
      expect(text.binary.subarray(4).toString()).toBe('whole body');
    });

    it('refuses bytes that a model of texts would change', async () => {
      const blob = Buffer.from([2, 0, 0, 0, 0xff, 0x00]);
      const request = { inputs: [binary('x', 'BYTES', [1], blob.length)] };
      expectError(
        await inferBinary(client(), 'identity-bytes', request, [blob]),
        400,
        '"x"',
        'UTF-8',
      );
    });
  });

  describe('Content encodings', () => {
    const plain = Buffer.from(
      JSON.stringify({ inputs: [tensor('x', 'FP32', [1, 4], [1, 2, 3, 4])] }),
    );
    const post = (body: Buffer, headers: Record<string, string>) =>
      client()('POST', '/v2/models/matrix/infer', body, headers);

    it.each([
      ['gzip', gzipSync(plain)],
      ['deflate', deflateSync(plain)],
      ['gzip', plain],
      ['identity', plain],
    ])('takes a body that says %s', async (encoding, body) => {
      const answer = await post(body, { 'Content-Encoding': encoding });
      expect(json(answer).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
    });

    it('counts the JSON of a compressed binary body before compression', async () => {
      const header = Buffer.from(JSON.stringify(x()));
      const body = gzipSync(Buffer.concat([header, floats(1, 2, 3, 4)]));
      const answer = await post(body, {
        'Content-Encoding': 'gzip',
        'Inference-Header-Content-Length': String(header.length),
      });
      expect(json(answer).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
    });

    it.each([
      ['gzip', gunzipSync],
      ['deflate', inflateSync],
    ])('answers in %s when asked', async (encoding, expand) => {
      const answer = await post(plain, { 'Accept-Encoding': encoding });
      expect(answer.status).toBe(200);
      // An HTTP client expands the answer itself.
      const expanded = answer.bytes[0] === 0x7b ? answer.bytes : expand(answer.bytes);
      expect(JSON.parse(expanded.toString()).outputs[0].data).toEqual([1, 2, 3, 4]);
    });

    it('refuses other encodings with 415, damaged bodies with 400 and bombs with 413', async () => {
      expectError(await post(plain, { 'Content-Encoding': 'br' }), 415, '"br"');
      const damaged = gzipSync(plain).subarray(0, 30);
      expectError(await post(damaged, { 'Content-Encoding': 'gzip' }), 400, 'Content-Encoding');
      const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024), { level: 1 });
      expectError(await post(bomb, { 'Content-Encoding': 'gzip' }), 413);
    });
  });
}
