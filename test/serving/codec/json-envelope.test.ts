import { expect, it, vi } from 'vitest';
import { decodeEnvelope } from '../../../serving/codec/json-envelope.ts';
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
