import { expect, it } from 'vitest';
import { noHints } from '../../../serving/protocol/request.ts';
import { fitTexts } from '../../../serving/protocol/text-column.ts';

const fitted = (given: number[], wanted: number[]) => {
  const input = { name: 'x', datatype: 'BYTES', shape: given, data: [] } as const;
  const request = { id: undefined, hints: noHints, inputs: [input], outputs: undefined };
  const spec = { name: 'x', datatype: 'BYTES', shape: wanted } as const;
  return fitTexts(request, { inputs: [spec], outputs: [] }).inputs[0]?.shape;
};

it('gives a column of texts the form of the signature, either way', () => {
  expect(fitted([3, 1], [-1])).toEqual([3]);
  expect(fitted([3], [-1, 1])).toEqual([3, 1]);
});

it('leaves every other shape to be judged as it is', () => {
  expect(fitted([1, 3], [-1])).toEqual([1, 3]);
  expect(fitted([3, 1], [-1, 1])).toEqual([3, 1]);
  expect(fitted([3, 1, 1], [-1])).toEqual([3, 1, 1]);
});
