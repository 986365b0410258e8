import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Answer } from './client.ts';
import { exchange } from './raw-http.ts';
import { expectError, json, parts } from './requests.ts';

const recorded = join(import.meta.dirname, '../fixtures/triton-client');
const floats = (...values: number[]) => Buffer.from(new Float32Array(values).buffer);

/** What tritonclient sends, byte for byte, and what it can read as an answer. */
export function describeTritonClient(port: () => number): void {
  const replay = async (call: string): Promise<Answer> => {
    const [answer] = await exchange(port(), readFileSync(join(recorded, `${call}.http`)));
    return answer as Answer;
  };
  const blobOf = async (call: string) => parts(await replay(call)).binary;

  describe('The Triton Python client', () => {
    it.each(['server-live', 'model-ready-version'])(
      'asks %s and looks at the status',
      async (call) => {
        expect((await replay(call)).status).toBe(200);
      },
    );

    it('reads metadata, configuration, repository index and statistics', async () => {
      expect(json(await replay('model-metadata')).versions).toEqual(['1', '2', '10']);
      expect(json(await replay('model-config')).max_batch_size).toBe(0);
      expect(json(await replay('repository-index'))).toContainEqual(
        expect.objectContaining({ name: 'plus', version: '10' }),
      );
      expect(json(await replay('statistics')).model_stats).toHaveLength(3);
    });

    it('infers by its defaults, which are binary both ways', async () => {
      const { json: header, binary } = parts(await replay('infer-defaults'));
      expect(header).toMatchObject({
        model_name: 'matrix',
        outputs: [{ name: 'y', shape: [1, 4], parameters: { binary_data_size: 16 } }],
      });
      expect(binary).toEqual(floats(1, 2, 3, 4));
    });

    it('infers in JSON, and in both forms mixed', async () => {
      expect(json(await replay('infer-json')).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
      const mixed = await replay('infer-mixed');
      const { json: header, binary } = parts(mixed);
      expect(mixed.bytes.toString('latin1')).toContain('"data":[-9,-18,-27,-9007199254740989]');
      expect(header.id).toBe('mixed');
      expect(binary.readBigInt64LE(24)).toBe(2n ** 53n + 5n);
    });

    it('names a version, an id, parameters, a priority and a timeout', async () => {
      const { json: header, binary } = parts(await replay('infer-version-parameters'));
      expect(header).toMatchObject({ model_version: '2', id: 'v2' });
      expect(binary).toEqual(floats(3, 4, 5, 6));
    });

    it('asks for classes and gets texts of the 4-byte length form', async () => {
      const { json: header, binary } = parts(await replay('infer-class-count'));
      expect(header.outputs?.[0]).toMatchObject({ datatype: 'BYTES', shape: [2, 2] });
      expect(binary.toString('latin1')).toBe(
        '\x03\0\0\x003:1\x03\0\0\x002:2\x04\0\0\x0010:3\x03\0\0\x009:0',
      );
    });

    it('sends texts in both forms, and is told which one is not UTF-8', async () => {
      const hex = '020000006869000000000600000068c3a96c6c6f';
      expect((await blobOf('infer-bytes')).toString('hex')).toBe(hex);
      expect(json(await replay('infer-bytes-json')).outputs?.[0]?.data).toEqual([
        'hi',
        '',
        'héllo',
      ]);
      expectError(await replay('infer-bytes-not-utf8'), 400, '"x" element 1', 'UTF-8');
    });

    it('sends 16-bit floats, and tensors without elements', async () => {
      expect((await blobOf('infer-fp16')).toString('hex')).toBe('003e00c0662eff7b');
      expect((await blobOf('infer-bf16')).toString('hex')).toBe('c03f00c0cd3d4940');
      const { json: header, binary } = parts(await replay('infer-no-elements'));
      expect([header.outputs?.[0]?.shape, binary.length]).toEqual([[0, 4], 0]);
    });

    it.each([
      ['infer-gzip-deflate', 'deflate', inflateSync],
      ['infer-deflate-gzip', 'gzip', gunzipSync],
    ])('compresses both ways: %s', async (call, encoding, expand) => {
      const answer = await replay(call);
      expect(answer.headers['content-encoding']).toBe(encoding);
      const length = Number(answer.headers['inference-header-content-length']);
      expect(expand(answer.bytes).subarray(length)).toEqual(floats(1, 2, 3, 4));
    });

    it('raises what the error says', async () => {
      expectError(await replay('infer-unknown-model'), 404, 'no model "nobody"');
    });
  });
}
