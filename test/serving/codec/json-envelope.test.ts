import { describe, expect, it, vi } from 'vitest';
import { decodeEnvelope, scanEnvelope } from '../../../serving/codec/json-envelope.ts';
import { NumberArray } from '../../../serving/codec/number-scanner/number-array.ts';
import { limits } from '../../../serving/contract/limits.ts';

const signature = { inputs: [], outputs: [] };
const request = (content: string) => Buffer.from(`{"inputs":[],"more":[${content}0]}`);
const timesToFill = (bytes: number, content: string) => Math.ceil(bytes / content.length);

it('reads a long JSON of numbers, as a compressed body may hold', () => {
  const long = request('0.5,'.repeat(timesToFill(limits.lambdaPayload, '0.5,')));
  expect(decodeEnvelope(long, signature).inputs).toEqual([]);
});

it.each(['{},', '[],'])('refuses millions of %s before it reads them', (content) => {
  const bomb = request(content.repeat(timesToFill(limits.lambdaPayload, content)));
  expect(() => decodeEnvelope(bomb, signature)).toThrow('more than 1000000 arrays or objects');
});

it('refuses a JSON that would take too long to read', () => {
  const bomb = request(' '.repeat(limits.inflatedJson));
  expect(() => decodeEnvelope(bomb, signature)).toThrow(`more than ${limits.inflatedJson}`);
});

it.each([0, 5000])(
  'refuses a byte order mark before a JSON with %i blanks, as JSON.parse does',
  (blanks) => {
    const marked = Buffer.from(`\ufeff${' '.repeat(blanks)}{"inputs":[]}`);
    expect(() => decodeEnvelope(marked, signature)).toThrow('the body is not JSON');
  },
);

it('does not seek the arrays of a long envelope one by one, of which there may be a million', () => {
  const input = '{"name":"x","shape":[1],"datatype":"FP32","data":[1]}';
  const many = Buffer.from(`{"inputs":[${Array(500).fill(input).join(',')}]}`);
  const indexOf = vi.spyOn(Array.prototype, 'indexOf');
  expect(decodeEnvelope(many, signature).inputs).toHaveLength(500);
  const searched = indexOf.mock.contexts.map((array) => (array as unknown[]).length);
  indexOf.mockRestore();
  expect(searched).not.toContain(500);
});

describe('A request that is sent again around other numbers', () => {
  const datas = (...parts: string[]) =>
    Buffer.from(
      `{"inputs":[${parts.map((data, index) => `{"name":"x${index}","shape":[2],"datatype":"FP32","data":${data}}`).join(',')}]}`,
    );
  const numbers = (body: Buffer) =>
    scanEnvelope(body, 'singles').inputs.map(({ name, source }) => [
      name,
      'json' in source && source.json instanceof NumberArray
        ? Array.from(source.json.values)
        : source,
    ]);

  it('is read with its own numbers', () => {
    for (const [a, b] of [
      ['[1,2]', '[3,4]'],
      ['[5,6]', '[7,8]'],
      ['[ -0.5 , 1e2 ]', '[9,9]'],
    ] as const) {
      expect(numbers(datas(a, b))).toEqual([
        ['x0', JSON.parse(a)],
        ['x1', JSON.parse(b)],
      ]);
    }
  });

  it('is read with its own texts, and one more tensor is one more', () => {
    expect(numbers(datas('[1,2]', '["a","b"]'))[1]).toEqual(['x1', { json: ['a', 'b'] }]);
    expect(numbers(datas('[1,2]', '["c","d"]'))[1]).toEqual(['x1', { json: ['c', 'd'] }]);
    expect(numbers(datas('[1,2]'))).toHaveLength(1);
    expect(numbers(datas('[1,2]', '[3,4]', '[5,6]'))).toHaveLength(3);
  });

  it('is read with its own id and outputs', () => {
    for (const id of ['a', 'b', 'b', 'a']) {
      const body = Buffer.from(`{"id":"${id}","inputs":[],"outputs":[{"name":"${id}"}]}`);
      expect(scanEnvelope(body, 'doubles')).toMatchObject({ id, outputs: [{ name: id }] });
    }
  });
});

it('scans numbers of another type than the model takes once more, and not one by one', () => {
  const body = Buffer.from('{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[0.1]}]}');
  const [input] = scanEnvelope(body, 'singles').inputs;
  expect(input?.source).toMatchObject({ json: { elements: 'doubles', count: 1 } });
});
