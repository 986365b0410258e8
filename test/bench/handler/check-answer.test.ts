import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../bench/handler/check-answer.ts';

const answer = (data: number[]) => ({
  statusCode: 200,
  headers: {},
  body: JSON.stringify({ outputs: [{ name: 'scores', data }] }),
  isBase64Encoded: false,
});

describe('The check of an answer before it is timed', () => {
  it('takes the right numbers, in JSON and in binary form', () => {
    checkAnswer(answer([1, 2]), [1, 2]);
    const header = JSON.stringify({ outputs: [{ parameters: { binary_data_size: 8 } }] });
    const bytes = Buffer.concat([Buffer.from(header), Buffer.from(Float32Array.of(1, 2).buffer)]);
    const headers = { 'inference-header-content-length': String(header.length) };
    const body = bytes.toString('base64');
    checkAnswer({ statusCode: 200, headers, body, isBase64Encoded: true }, [1, 2]);
  });

  it('refuses wrong numbers, missing ones and errors', () => {
    expect(() => checkAnswer(answer([1, 3]), [1, 2])).toThrow('Number 1 of the answer is 3');
    expect(() => checkAnswer(answer([1]), [1, 2])).toThrow('1 numbers');
    expect(() => checkAnswer({ ...answer([]), statusCode: 500 }, [1])).toThrow('500');
  });
});
