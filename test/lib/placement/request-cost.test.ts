import { describe, expect, it } from 'vitest';
import { sum } from '../../../lib/placement/option.ts';
import {
  commonLines,
  functionLines,
  gigabytesOfMonth,
  idleObservability,
  requestsOfMonth,
} from '../../../lib/placement/request-cost.ts';

const traffic = { requestsPerMinute: 10, payloadKB: 1024 };

describe('What every request costs', () => {
  it('is reckoned for a month of 730 hours', () => {
    expect(requestsOfMonth(traffic)).toBe(438_000);
    expect(gigabytesOfMonth(traffic)).toBeCloseTo(427.73, 2);
  });

  it('includes the API, metrics and logs, and pays for answers only', () => {
    const months = Object.fromEntries(commonLines(traffic).map(({ what, month }) => [what, month]));
    expect(months['API Gateway, requests']).toBeCloseTo(1.533, 3);
    expect(months['API Gateway, answers to the internet']).toBeCloseTo((427.73 / 2) * 0.09, 2);
    expect(months['metrics and alarms']).toBeCloseTo(8 * 0.3 + 1.2, 6);
  });

  it('is the alarms alone while nobody asks', () => {
    const lines = commonLines({ ...traffic, requestsPerMinute: 0 });
    expect(sum(lines)).toBeCloseTo(idleObservability, 9);
    expect(idleObservability).toBeCloseTo(1.2, 9);
  });

  it('is billed by whole milliseconds in a function, and storage only beyond what is included', () => {
    const use = { requests: 1e6, memoryMiB: 1024, durationMs: 0.2 };
    const [requests, duration] = functionLines('f', use);
    expect(requests?.month).toBeCloseTo(0.2, 6);
    expect(duration?.month).toBeCloseTo(1000 * 0.0000166667, 6);
    expect(functionLines('f', { ...use, ephemeralStorageMiB: 512 })).toHaveLength(2);
    expect(functionLines('f', { ...use, ephemeralStorageMiB: 1024 })).toHaveLength(3);
  });
});
