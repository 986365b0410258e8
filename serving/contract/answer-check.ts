import type { Datatype } from './datatype.ts';

/** One request and what the model answered to it before it was optimized. */
export interface AnswerCheck {
  readonly inputs: readonly CheckTensor[];
  readonly outputs: readonly CheckTensor[];
}

export interface CheckTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Little-endian bytes in base64; for BYTES the texts themselves. */
  readonly data: string | readonly string[];
}

/** Elements of a tensor: numbers, bigints or texts. */
export type Elements = ArrayLike<unknown>;

/**
 * Whether `actual` is the answer `expected` but for rounding, which optimizing changes, and another
 * processor too. Weights in a wrong order give errors as large as the numbers themselves.
 */
export function isSameAnswer(expected: Elements, actual: Elements): boolean {
  if (expected.length !== actual.length) return false;
  const scale = largest(expected);
  for (let i = 0; i < expected.length; i++) {
    if (!isNear(expected[i], actual[i], scale)) return false;
  }
  return true;
}

function isNear(expected: unknown, actual: unknown, scale: number): boolean {
  // Equal infinities and NaN too, which have no difference.
  if (expected === actual || Object.is(expected, actual)) return true;
  if (typeof expected !== 'number' || typeof actual !== 'number') return false;
  // Anything would be near enough to an infinity.
  if (!Number.isFinite(expected)) return false;
  return Math.abs(actual - expected) <= 1e-4 * scale + 1e-3 * Math.abs(expected);
}

function largest(elements: Elements): number {
  let scale = 0;
  for (let i = 0; i < elements.length; i++) {
    const size = Math.abs(Number(elements[i]));
    if (size > scale && size < Number.POSITIVE_INFINITY) scale = size;
  }
  return scale;
}
