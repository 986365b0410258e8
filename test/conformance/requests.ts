import { expect } from 'vitest';
import type { InferBody } from '../fixtures/predict-function.ts';
import type { Answer, Client } from './client.ts';

export function json(answer: Answer): InferBody & Record<string, unknown> {
  return JSON.parse(answer.bytes.toString('utf8'));
}

/** An input in JSON form. */
export function tensor(name: string, datatype: string, shape: number[], data: unknown) {
  return { name, datatype, shape, data };
}

/** An inference in JSON; text may be given where JavaScript cannot write the number. */
export function infer(client: Client, model: string, request: unknown): Promise<Answer> {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  return client('POST', `/v2/models/${model}/infer`, body);
}

/** An inference in binary form: the JSON with its length in the header, then the blobs. */
export function inferBinary(
  client: Client,
  model: string,
  request: unknown,
  blobs: readonly Uint8Array[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const header = Buffer.from(JSON.stringify(request));
  return client('POST', `/v2/models/${model}/infer`, Buffer.concat([header, ...blobs]), {
    'Inference-Header-Content-Length': String(header.length),
    ...headers,
  });
}

/** The two parts of a binary answer. */
export function parts(answer: Answer): { json: InferBody; binary: Buffer } {
  const length = Number(answer.headers['inference-header-content-length']);
  return {
    json: JSON.parse(answer.bytes.subarray(0, length).toString('utf8')),
    binary: answer.bytes.subarray(length),
  };
}

/** A refusal wears one coat: its status, JSON, and a sentence that names what is wrong. */
export function expectError(answer: Answer, status: number, ...mentions: string[]): void {
  const { error } = json(answer);
  expect({ status: answer.status, error }).toEqual({ status, error: expect.any(String) });
  expect(answer.headers['content-type']).toContain('application/json');
  for (const mention of mentions) expect(error).toContain(mention);
  expect(error).not.toMatch(/\n|\bat .*\.(ts|js):\d+/);
}
