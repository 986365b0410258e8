import { describe, expect, it } from 'vitest';
import { goldenDifferences } from '../../../serving/golden/golden-comparison.ts';

const output = (data: readonly unknown[], datatype = 'FP32', shape = [data.length]) => ({
  name: 'y',
  datatype,
  shape,
  data,
});
const tolerance = { absolute: 0.1, relative: 0.01 };

const differences = (
  expected: ReturnType<typeof output>,
  actual: ReturnType<typeof output>,
  bounds = tolerance,
) => goldenDifferences([expected], [actual], bounds);

describe('Comparing an answer with the expected one', () => {
  it('accepts floats within the tolerance, which grows with the value', () => {
    expect(differences(output([1, 100]), output([1.1, 101.1]))).toEqual([]);
    expect(differences(output([1]), output([1.2]))).toEqual([
      'output "y" has 1.2 instead of 1 at element 0',
    ]);
  });

  it('wants all other datatypes exactly', () => {
    expect(differences(output([1], 'INT64'), output([1], 'INT64'))).toEqual([]);
    expect(differences(output([100], 'INT64'), output([101], 'INT64'))).toHaveLength(1);
    expect(differences(output(['ham'], 'BYTES'), output(['spam'], 'BYTES'))).toEqual([
      'output "y" has "spam" instead of "ham" at element 0',
    ]);
  });

  it('says how many elements differ', () => {
    expect(differences(output([1, 2, 3]), output([5, 2, 7]))).toEqual([
      'output "y" has 5 instead of 1 at element 0 (2 of 3 elements differ)',
    ]);
  });

  it('names another datatype, another shape and a missing output', () => {
    expect(differences(output([1]), output([1], 'FP64'))).toEqual([
      'output "y" is FP64 [1] instead of FP32 [1]',
    ]);
    expect(differences(output([1, 2]), output([1, 2], 'FP32', [1, 2]))).toHaveLength(1);
    expect(goldenDifferences([output([1])], [], tolerance)).toEqual(['output "y" is not answered']);
  });

  it('takes nested data for the same as flat data', () => {
    const nested = output(
      [
        [1, 2],
        [3, 4],
      ],
      'FP32',
      [2, 2],
    );
    expect(differences(nested, output([1, 2, 3, 4], 'FP32', [2, 2]))).toEqual([]);
  });

  it('knows NaN and infinities in the form that JSON gives them', () => {
    expect(differences(output([null, 'Infinity']), output([null, 'Infinity']))).toEqual([]);
    expect(differences(output([1]), output([null]))).toHaveLength(1);
  });
});
