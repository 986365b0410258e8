import { describe, expect, it } from 'vitest';
import { capacityPrice } from '../../../../lib/constructs/batch/capacity-price.ts';

const ec2 = { compute: 'ec2-spot', vcpus: 1, memory: 1792 } as const;
const price = (families: readonly string[], capacity: 'spot' | 'on-demand') =>
  capacityPrice(ec2, families, capacity)?.perVcpuHour ?? 0;

describe('The price of a worker', () => {
  it('is lower on Spot capacity than on demand, and says of which day it is', () => {
    expect(price(['c6i'], 'spot')).toBeLessThan(price(['c6i'], 'on-demand'));
    expect(capacityPrice(ec2, ['c6i'], 'spot')).toMatchObject({
      currency: 'USD',
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  it('is the mean of the families that have one', () => {
    const each = ['c6i', 'm7i'].map((family) => price([family], 'on-demand'));
    const both = price(['c6i', 'm7i', 'none'], 'on-demand');
    expect(both).toBeGreaterThan(Math.min(...each));
    expect(both).toBeLessThan(Math.max(...each));
  });

  it('is not guessed for families without one', () => {
    expect(capacityPrice(ec2, ['none'], 'spot')).toBeUndefined();
  });

  it('has the worker’s memory in it on Fargate', () => {
    const of = (memory: number) =>
      capacityPrice({ compute: 'fargate-spot', vcpus: 1, memory }, [], 'spot')?.perVcpuHour ?? 0;
    expect(of(8192)).toBeGreaterThan(of(2048));
  });
});
