import { describe, expect, it } from 'vitest';
import {
  coreRequestsPerMinute,
  coreRowsPerSecond,
  measuredKnee,
} from '../../../lib/placement/knee.ts';
import { type InstanceType, sagemakerInstance } from '../../../lib/pricing/instances.ts';
import { exampleProfile } from './example-facts.ts';

const type = (name: string) => sagemakerInstance(name) as InstanceType;

describe('The knee of an instance', () => {
  it('is as many requests as its vCPUs answer, each like a measured core', () => {
    const one = coreRequestsPerMinute(100);
    expect(measuredKnee(exampleProfile(100), type('ml.c5.xlarge'))).toBe(4 * one);
    // A container needs half a millisecond of its own.
    expect(one).toBeCloseTo(60_000 / 100.5, 6);
  });

  it('takes the batches of the measured knee', () => {
    const knee = { size: 4, p50Ms: 10, rowsPerSecond: 400 };
    expect(coreRowsPerSecond(exampleProfile(100, { batches: [knee], knee }))).toBe(400);
  });

  it('is not known for a GPU', () => {
    expect(measuredKnee(exampleProfile(100), type('ml.g5.xlarge'))).toBeUndefined();
  });
});
