import { describe, expect, it } from 'vitest';
import { inferenceOn, lambdaCpus, lambdaDuration } from '../../../lib/placement/duration.ts';
import { exampleFacts, exampleProfile } from './example-facts.ts';

const measured = exampleFacts({ profile: exampleProfile(40) });

describe('The duration of an inference', () => {
  it('is the measured one on one core', () => {
    expect(inferenceOn(1, measured)).toMatchObject({ p50Ms: 40, p95Ms: 60, measured: true });
  });

  it('is longer where a function has only a share of a core', () => {
    expect(inferenceOn(0.5, measured).p50Ms).toBe(80);
  });

  it('is that of all cores where there are as many, and not better with more', () => {
    expect(inferenceOn(2, measured).p50Ms).toBe(20);
    expect(inferenceOn(96, measured).p50Ms).toBe(20);
  });

  it('lies between on fewer cores than were measured', () => {
    const profile = exampleProfile(40, { allCores: { threads: 4, p50Ms: 10, p95Ms: 15 } });
    const { p50Ms } = inferenceOn(2, exampleFacts({ profile }));
    expect(p50Ms).toBeGreaterThan(10);
    expect(p50Ms).toBeLessThan(40);
  });

  it('is that of one core where threads did not help', () => {
    const profile = exampleProfile(40, { allCores: { threads: 2, p50Ms: 44, p95Ms: 90 } });
    expect(inferenceOn(2, exampleFacts({ profile })).p50Ms).toBe(40);
  });

  it('is called an estimate without a measurement, and is longer for a larger model', () => {
    const small = inferenceOn(1, exampleFacts());
    const large = inferenceOn(1, exampleFacts({ artifact: { bytes: 4e8, files: 1 } }));
    expect(small).toMatchObject({ measured: false, origin: expect.stringContaining('estimate') });
    expect(large.p50Ms).toBeGreaterThan(small.p50Ms);
  });

  it('in a function includes what the handler does', () => {
    expect(lambdaDuration(measured).p50Ms).toBeGreaterThan(40);
    expect(lambdaCpus(1769)).toBe(1);
    expect(lambdaCpus(10_240)).toBeLessThanOrEqual(6);
  });
});
