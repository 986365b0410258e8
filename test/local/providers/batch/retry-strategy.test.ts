import { describe, expect, it } from 'vitest';
import {
  isRetried,
  retryStrategySchema,
} from '../../../../local/providers/batch/retry-strategy.ts';

const strategy = retryStrategySchema.parse({
  attempts: 5,
  evaluateOnExit: [
    { onStatusReason: 'Host EC2*', action: 'retry' },
    { onExitCode: '143', action: 'RETRY' },
    { onReason: 'Cannot*', onExitCode: '1', action: 'EXIT' },
    { onExitCode: '2', action: 'EXIT' },
  ],
});

describe('A retry strategy', () => {
  it('retries until the attempts are used up', () => {
    expect(isRetried({ attempts: 3 }, { exitCode: 1 }, 1)).toBe(true);
    expect(isRetried({ attempts: 3 }, { exitCode: 1 }, 3)).toBe(false);
    expect(isRetried({}, { exitCode: 1 }, 1)).toBe(false);
  });

  it('does what the first condition says that holds', () => {
    const reclaimed = { statusReason: 'Host EC2 (instance i-1) terminated.', exitCode: 2 };
    expect(isRetried(strategy, reclaimed, 1)).toBe(true);
    expect(isRetried(strategy, { exitCode: 2 }, 1)).toBe(false);
    expect(isRetried(strategy, { exitCode: 143 }, 1)).toBe(true);
  });

  it('takes a condition of several parts when all of them hold', () => {
    expect(isRetried(strategy, { exitCode: 1, reason: 'CannotPull' }, 1)).toBe(false);
    expect(isRetried(strategy, { exitCode: 3, reason: 'CannotPull' }, 1)).toBe(true);
  });

  it('retries what no condition speaks of', () => {
    expect(isRetried(strategy, { exitCode: 77 }, 1)).toBe(true);
  });

  it.each([
    [{ attempts: 11 }],
    [{ attempts: 0 }],
    [{ evaluateOnExit: [{ onExitCode: '1*3', action: 'EXIT' }] }],
    [{ evaluateOnExit: Array(6).fill({ onExitCode: '1', action: 'EXIT' }) }],
  ])('is refused when AWS refuses it: %j', (input) => {
    expect(retryStrategySchema.safeParse(input).success).toBe(false);
  });
});
