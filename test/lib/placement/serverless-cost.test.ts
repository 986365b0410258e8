import { describe, expect, it } from 'vitest';
import { serverlessOption } from '../../../lib/placement/serverless-cost.ts';
import { exampleFacts, exampleProfile, mebibytes } from './example-facts.ts';

const traffic = { requestsPerMinute: 60, payloadKB: 8 };

describe('SageMaker Serverless Inference', () => {
  it('takes the smallest memory that holds the model', () => {
    const facts = exampleFacts({ memoryMiB: 1024 });
    expect(serverlessOption(facts, traffic).name).toBe('serverless, 1 GB');
    const larger = exampleFacts({ artifact: mebibytes(600) });
    expect(serverlessOption(larger, traffic).name).toBe('serverless, 3 GB');
  });

  it('costs seconds of its memory, and nothing but alarms while idle', () => {
    const facts = exampleFacts({ memoryMiB: 2000, profile: exampleProfile(100) });
    const option = serverlessOption(facts, traffic);
    const [duration] = option.lines;
    expect(duration?.month).toBeCloseTo(60 * 60 * 730 * 0.1 * 2 * 0.00002, 4);
    expect(option.idleMonth).toBeLessThan(2);
  });

  it('has no GPU and 6 GB at most', () => {
    const { obstacles } = serverlessOption(
      exampleFacts({ artifact: mebibytes(3000), operators: ['com.microsoft:Rfft', 'x:Y'] }),
      traffic,
    );
    expect(obstacles).toHaveLength(3);
  });
});
