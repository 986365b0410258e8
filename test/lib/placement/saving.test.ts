import { describe, expect, it } from 'vitest';
import { savingOfAlwaysOn } from '../../../lib/placement/saving.ts';
import { exampleFacts, exampleProfile } from './example-facts.ts';

const busy = {
  profile: exampleProfile(1000),
  traffic: { requestsPerMinute: 80, payloadKB: 8 },
};

describe('What an always-on endpoint saves', () => {
  it('is told with both prices and the instance', () => {
    expect(savingOfAlwaysOn(exampleFacts(busy))).toEqual({
      instance: 'ml.c5.large',
      reason: expect.stringMatching(
        /^at 80 requests a minute 1 x ml\.c5\.large costs \$\d+ a month and Lambda \$\d+; allowAlwaysOn/,
      ),
    });
  });

  it('is nothing at little traffic', () => {
    const traffic = { requestsPerMinute: 1, payloadKB: 8 };
    expect(savingOfAlwaysOn(exampleFacts({ ...busy, traffic }))).toBeUndefined();
  });

  it('does not count where the endpoint would miss the latency goal', () => {
    const facts = exampleFacts({ ...busy, latency: { p95Ms: 10 } });
    // Only GPUs are left, whose speed nobody measured.
    expect(savingOfAlwaysOn(facts)?.instance ?? 'ml.g').toMatch(/^ml\.g/);
  });
});
