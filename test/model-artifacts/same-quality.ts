import { expect } from 'vitest';

/** Counts are equal; measures agree to the decimals of the card. */
export function expectSame(measured: unknown, stated: unknown): void {
  if (typeof stated === 'number' && !Number.isInteger(stated)) {
    expect(measured).toBeCloseTo(stated, 3);
  } else if (typeof stated === 'object' && stated !== null) {
    expect(Object.keys(measured as object)).toEqual(Object.keys(stated));
    for (const [key, value] of Object.entries(stated)) {
      expectSame((measured as Record<string, unknown>)[key], value);
    }
  } else {
    expect(measured).toEqual(stated);
  }
}
