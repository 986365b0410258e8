import { describe, expect, it } from 'vitest';
import { tieredCost } from '../../../lib/pricing/bill.ts';
import { sagemakerInstance } from '../../../lib/pricing/instances.ts';
import {
  apiGateway,
  cloudwatch,
  ec2Instances,
  fargate,
  lambda,
  s3,
  sagemaker,
  sagemakerInstances,
} from '../../../lib/pricing/prices.ts';

const lists = {
  apiGateway,
  cloudwatch,
  ec2Instances,
  'ec2Instances.spot': ec2Instances.spot,
  fargate,
  lambda,
  s3,
  sagemaker,
  sagemakerInstances,
};

describe('The price file', () => {
  it.each(Object.entries(lists))('says where %s is published and when it held', (_name, list) => {
    expect(list.source).toMatch(/^https:\/\/aws\.amazon\.com\/.*pricing/);
    expect(list.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(Number.isNaN(Date.parse(list.asOf))).toBe(false);
  });

  it('has no instance type twice, and none for nothing', () => {
    for (const { types } of [sagemakerInstances, ec2Instances]) {
      const names = types.map(([name]) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(types.every(([, vcpus, memory, hour]) => vcpus > 0 && memory > 0 && hour > 0)).toBe(
        true,
      );
    }
  });

  it('lets prices fall with the amount', () => {
    const tiers = [
      lambda.gbSecond.x86_64,
      lambda.gbSecond.arm64,
      apiGateway.request,
      apiGateway.dataOut,
    ];
    for (const list of tiers) {
      expect(list.map(({ upTo }) => upTo)).toEqual(
        list.map(({ upTo }) => upTo).toSorted((a, b) => a - b),
      );
      expect(list.map(({ price }) => price)).toEqual(
        list.map(({ price }) => price).toSorted((a, b) => b - a),
      );
      expect(list.at(-1)?.upTo).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

/** Examples that AWS publishes with its prices, each recomputed. */
describe('Published examples', () => {
  it('Lambda: BERT on support tickets, with ephemeral storage, is $106.41 a month', () => {
    // https://aws.amazon.com/lambda/pricing/, "Performing ML on customer support tickets": six million
    // requests of 280 ms with 4096 MB of memory and 2048 MB of storage, within the free tier.
    const { freeTier, gbSecond, request, ephemeralStorage } = lambda;
    const requests = 6e6;
    const seconds = (requests * 280) / 1000;
    const compute = tieredCost(seconds * (4096 / 1024) - freeTier.gbSeconds, gbSecond.x86_64);
    const storage = ((seconds * (2048 - 512)) / 1024) * ephemeralStorage.gbSecond;
    expect(compute).toBeCloseTo(105.33, 2);
    expect((requests - freeTier.requests) * request).toBeCloseTo(1, 2);
    expect(storage).toBeCloseTo(0.08, 2);
    expect(compute + 1 + storage).toBeCloseTo(106.41, 2);
  });

  it('Lambda: provisioned concurrency for Cyber Monday is $32.26', () => {
    // https://aws.amazon.com/lambda/pricing/, "Routing customers to the most relevant support solution":
    // seven environments of 4096 MB for 24 hours, two million requests of 280 ms.
    const { provisioned, request } = lambda;
    const kept = 7 * 4 * 24 * 3600 * provisioned.gbSecond;
    const used = 2e6 * 0.28 * 4 * provisioned.durationGbSecond;
    expect(kept).toBeCloseTo(10.08, 2);
    expect(used).toBeCloseTo(21.78, 2);
    expect(kept + used + 2e6 * request).toBeCloseTo(32.26, 2);
  });

  it('API Gateway: five million calls that answer 3 KB are $18.79 a month', () => {
    // https://aws.amazon.com/api-gateway/pricing/, "Edge-optimized and regional APIs".
    const calls = tieredCost(5e6, apiGateway.request);
    const data = tieredCost((3 * 5e6) / 1024 ** 2, apiGateway.dataOut);
    expect(calls).toBeCloseTo(17.5, 2);
    expect(data).toBeCloseTo(1.29, 2);
    expect(calls + data).toBeCloseTo(18.79, 2);
  });

  it('API Gateway: 15 billion calls go through three tiers', () => {
    // The same page: $1,165.50 + $1,867.60 + $33,320.00.
    expect(tieredCost(15e9, apiGateway.request)).toBeCloseTo(36_353.1, 1);
  });
});

describe('Hours of SageMaker', () => {
  it('are paid for each instance: two ml.c5.xlarge for a month of 31 days are $303.55', () => {
    // Our own arithmetic with the file's prices: no example of AWS's was at hand to compare with.
    const hosting = 24 * 31 * 2 * (sagemakerInstance('ml.c5.xlarge')?.hour ?? 0);
    const monitoring = 2.5 * (sagemakerInstance('ml.m5.4xlarge')?.hour ?? 0);
    expect(hosting).toBeCloseTo(303.55, 2);
    expect(monitoring).toBeCloseTo(2.305, 3);
  });
});
