import { describe, expect, it } from 'vitest';
import { lambdaOption, lambdaRequestCost } from '../../../lib/placement/lambda-cost.ts';
import { sum } from '../../../lib/placement/option.ts';
import { exampleFacts, exampleProfile, mebibytes } from './example-facts.ts';

const traffic = { requestsPerMinute: 60, payloadKB: 8 };
const profile = exampleProfile(98);

describe('A model on Lambda', () => {
  it('costs requests, duration, the API and what watches it', () => {
    const option = lambdaOption(exampleFacts({ profile, memoryMiB: 1769 }), traffic);
    expect(option.month).toBeCloseTo(sum(option.lines), 6);
    const month = (what: string) => option.lines.find((line) => line.what === what)?.month ?? 0;
    const requests = 60 * 60 * 730;
    expect(month('Lambda, requests')).toBeCloseTo(requests * 0.2e-6, 4);
    // 98 ms of inference and 2 of the handler.
    const gbSeconds = requests * 0.1 * (1769 / 1024);
    expect(month('Lambda, duration')).toBeCloseTo(gbSeconds * 0.0000166667, 4);
    expect(month('API Gateway, requests')).toBeCloseTo(requests * 3.5e-6, 4);
  });

  it('costs only its alarms while nobody asks', () => {
    const option = lambdaOption(exampleFacts(), { ...traffic, requestsPerMinute: 0 });
    expect(option.month).toBeCloseTo(option.idleMonth, 6);
    expect(option.idleMonth).toBeLessThan(2);
  });

  it('with provisioned concurrency is billed while nobody asks', () => {
    const kept = lambdaOption(exampleFacts({ provisionedConcurrency: 2 }), traffic);
    const plain = lambdaOption(exampleFacts(), traffic);
    const gbSeconds = 2 * (1769 / 1024) * 730 * 3600;
    expect(kept.idleMonth - plain.idleMonth).toBeCloseTo(gbSeconds * 0.0000041667, 4);
  });

  it('pays for /tmp when the model is fetched from S3', () => {
    const large = exampleFacts({ artifact: mebibytes(800), profile });
    expect(lambdaOption(large, traffic).lines.map(({ what }) => what)).toContain(
      'Lambda, ephemeral storage',
    );
    expect(lambdaRequestCost(large)).toBeGreaterThan(lambdaRequestCost(exampleFacts({ profile })));
  });
});
