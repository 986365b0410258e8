import { describe, expect, it } from 'vitest';
import { requestHints } from '../../../serving/protocol/parameters.ts';

describe("The request's parameters", () => {
  it.each([2 ** 64, 2n ** 64n])(
    'take a timeout of %s microseconds, whichever reader read it',
    (timeout) => {
      expect(requestHints({ timeout }).timeoutMicros).toBe(2 ** 64);
    },
  );

  it.each([0, null, undefined])('take %s as no timeout', (timeout) => {
    expect(requestHints({ timeout }).timeoutMicros).toBeUndefined();
  });

  it.each([-1, -1n, 1.5, Number.POSITIVE_INFINITY, '1', true])(
    'refuse the timeout %s',
    (timeout) => {
      expect(() => requestHints({ timeout })).toThrow(
        'parameters.timeout must be whole microseconds',
      );
    },
  );
});
