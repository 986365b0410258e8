import { describe, expect, it } from 'vitest';
import { assumedTraffic, planModel } from '../../../lib/placement/plan.ts';
import { exampleFacts, exampleProfile, mebibytes } from './example-facts.ts';

describe('A plan', () => {
  it('compares Lambda with every kind of endpoint', () => {
    const { options } = planModel(exampleFacts(), assumedTraffic, 'assumed');
    expect(options.map(({ kind }) => kind)).toEqual([
      'lambda',
      'real-time',
      'real-time',
      'real-time',
      'real-time',
      'scale-to-zero',
      'async',
      'serverless',
    ]);
  });

  it('prices only the instance type that model.yaml names', () => {
    const { options } = planModel(
      exampleFacts({ instance: 'ml.g5.2xlarge' }),
      assumedTraffic,
      'assumed',
    );
    const endpoints = options.filter(({ instances }) => instances !== undefined);
    expect(new Set(endpoints.map(({ name }) => name))).toEqual(new Set(['ml.g5.2xlarge']));
  });

  it('offers no endpoint where no known machine holds the model', () => {
    const plan = planModel(exampleFacts({ artifact: mebibytes(1e6) }), assumedTraffic, 'assumed');
    expect(plan.options.map(({ kind }) => kind)).toEqual(['lambda', 'serverless']);
    expect(plan.auto).toHaveProperty('problem');
  });

  it('prints what it reckons with: traffic, duration, prices with their day', () => {
    const said = (facts = exampleFacts()) =>
      planModel(facts, assumedTraffic, 'assumed').assumptions.join('\n');
    expect(said()).toMatch(/60 requests a minute of 8 KB.*\(assumed\)/);
    expect(said()).toContain('an estimate from the artifact');
    expect(said(exampleFacts({ profile: exampleProfile(5) }))).toContain(
      'profile.json, measured 2026-11-22 on Example CPU with 1 of 2 cores',
    );
    expect(said()).toMatch(/as of \d{4}-\d{2}-\d{2} \(Lambda\)/);
    expect(said()).toContain('Spot prices vary');
  });

  it('decides auto from what is committed, not from the traffic that is asked about', () => {
    const facts = exampleFacts({ profile: exampleProfile(1000), allowAlwaysOn: true });
    const { auto } = planModel(facts, { requestsPerMinute: 80, payloadKB: 8 }, 'asked');
    expect(auto).toMatchObject({ target: 'lambda' });
  });
});
