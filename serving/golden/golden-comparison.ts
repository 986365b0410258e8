import type { GoldenOutput, Tolerance } from '../contract/golden.ts';

const floats: readonly string[] = ['FP16', 'BF16', 'FP32', 'FP64'];

/**
 * In what the answer differs from what golden.json expects, one sentence for each output; empty when
 * it reproduces. Outputs that are not expected do not count.
 */
export function goldenDifferences(
  expected: readonly GoldenOutput[],
  actual: readonly GoldenOutput[],
  tolerance: Tolerance,
): string[] {
  return expected.flatMap((output) => {
    const answer = actual.find(({ name }) => name === output.name);
    const difference = answer ? outputDifference(output, answer, tolerance) : 'is not answered';
    return difference === undefined ? [] : [`output "${output.name}" ${difference}`];
  });
}

function outputDifference(
  expected: GoldenOutput,
  actual: GoldenOutput,
  tolerance: Tolerance,
): string | undefined {
  const [type, wantedType] = [typeOf(actual), typeOf(expected)];
  if (type !== wantedType) return `is ${type} instead of ${wantedType}`;
  // Nested data is allowed in JSON tensors, and only the order of elements counts.
  const wanted = expected.data.flat(Number.POSITIVE_INFINITY);
  const found = actual.data.flat(Number.POSITIVE_INFINITY);
  if (found.length !== wanted.length) {
    return `has ${found.length} elements instead of ${wanted.length}`;
  }
  const isFloat = floats.includes(expected.datatype);
  const wrong = wanted.flatMap((value, index) =>
    isFloat
      ? isNear(found[index], value, tolerance)
        ? []
        : [index]
      : found[index] === value
        ? []
        : [index],
  );
  const [first] = wrong;
  if (first === undefined) return undefined;
  const share = wrong.length === 1 ? '' : ` (${wrong.length} of ${wanted.length} elements differ)`;
  return `has ${JSON.stringify(found[first])} instead of ${JSON.stringify(wanted[first])} at element ${first}${share}`;
}

function isNear(found: unknown, wanted: unknown, { absolute, relative }: Tolerance): boolean {
  if (typeof found !== 'number' || typeof wanted !== 'number') return found === wanted;
  // Infinities: their difference is NaN.
  if (Object.is(found, wanted)) return true;
  return Math.abs(found - wanted) <= absolute + relative * Math.abs(wanted);
}

function typeOf({ datatype, shape }: GoldenOutput): string {
  return `${datatype} [${shape.join(', ')}]`;
}
