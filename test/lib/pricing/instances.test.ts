import { describe, expect, it } from 'vitest';
import {
  ec2Instance,
  sagemakerInstance,
  sagemakerInstanceTypes,
} from '../../../lib/pricing/instances.ts';

describe('Instance types', () => {
  it('are found by name, with their price and their GPU', () => {
    expect(sagemakerInstance('ml.g5.xlarge')).toEqual({
      name: 'ml.g5.xlarge',
      vcpus: 4,
      memoryGiB: 16,
      hour: 1.408,
      gpu: { name: 'NVIDIA A10G', count: 1, memoryGiB: 24 },
    });
    expect(sagemakerInstance('ml.m5.large')).not.toHaveProperty('gpu');
  });

  it('are not invented', () => {
    expect(sagemakerInstance('ml.g99.large')).toBeUndefined();
    expect(ec2Instance('ml.m5.large')).toBeUndefined();
    expect(sagemakerInstanceTypes.every(({ name }) => name.startsWith('ml.'))).toBe(true);
  });

  it('cost less on Spot', () => {
    const type = ec2Instance('c6i.large');
    expect(type?.spotHour).toBeLessThan(type?.hour as number);
  });
});
