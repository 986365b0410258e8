import { describe, expect, it } from 'vitest';
import { batchOptions, rowsPerSecond } from '../../../lib/placement/batch-cost.ts';
import { exampleFacts, exampleProfile } from './example-facts.ts';

const knee = { size: 16, p50Ms: 10, rowsPerSecond: 1600 };
const facts = exampleFacts({ profile: exampleProfile(5, { batches: [knee], knee }) });
const priceOf = (kind: string, of = facts) =>
  batchOptions(of).find((option) => option.kind === kind)?.perMillionRows ?? Number.NaN;

describe('A batch job', () => {
  it('is as fast as the measured knee, else as single inferences', () => {
    expect(rowsPerSecond(facts)).toBe(1600);
    expect(rowsPerSecond(exampleFacts({ profile: exampleProfile(5) }))).toBe(200);
  });

  it('costs less on Spot than on demand, and least of all not on SageMaker', () => {
    expect(priceOf('ec2-spot')).toBeLessThan(priceOf('ec2-on-demand'));
    expect(priceOf('fargate-spot')).toBeLessThan(priceOf('fargate'));
    expect(priceOf('ec2-spot')).toBeLessThan(priceOf('transform'));
  });

  it('costs core hours', () => {
    const coreHours = 1e6 / (1600 * 0.8) / 3600;
    expect(priceOf('ec2-on-demand')).toBeCloseTo(coreHours * 0.0425, 6);
  });

  it('stays with the families of model.yaml', () => {
    const named = { ...facts, families: ['m7i', 'm6i'] };
    expect(batchOptions(named)[0]?.name).toBe('Batch on Spot, m6i.large');
    // Families that the price file lacks are not priced, and Fargate still is.
    expect(batchOptions({ ...facts, families: ['x9'] })[0]?.kind).toBe('fargate-spot');
  });
});
