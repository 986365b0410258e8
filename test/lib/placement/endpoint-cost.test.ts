import { describe, expect, it } from 'vitest';
import {
  realTimeOption,
  requestsAtKnee,
  restingOption,
} from '../../../lib/placement/endpoint-cost.ts';
import { usedShare } from '../../../lib/placement/knee.ts';
import { lambdaOption } from '../../../lib/placement/lambda-cost.ts';
import { type InstanceType, sagemakerInstance } from '../../../lib/pricing/instances.ts';
import { exampleFacts, exampleProfile } from './example-facts.ts';

const type = sagemakerInstance('ml.c5.large') as InstanceType;
const gpu = sagemakerInstance('ml.g4dn.xlarge') as InstanceType;
const facts = exampleFacts({ profile: exampleProfile(1000) });
const traffic = (requestsPerMinute: number) => ({ requestsPerMinute, payloadKB: 8 });

describe('An endpoint that is always on', () => {
  it('costs its instance hours, idle or not', () => {
    const { idleMonth, month } = realTimeOption(facts, traffic(0), type);
    expect(month).toBeCloseTo(idleMonth, 6);
    expect(idleMonth).toBeGreaterThan(type.hour * 730);
  });

  it('gets as many instances as keep each at 80 % of its knee', () => {
    const capacity = usedShare * requestsAtKnee(facts, type);
    expect(capacity).toBeCloseTo(0.8 * 120, 0);
    const instances = (rate: number) => realTimeOption(facts, traffic(rate), type).instances;
    expect([0.1, 0.99, 1.01, 10.1].map((share) => instances(share * capacity))).toEqual([
      1, 1, 2, 11,
    ]);
  });

  it('answers more where batches were measured to be faster', () => {
    const batch = (size: number, rowsPerSecond: number) => ({ size, p50Ms: 1, rowsPerSecond });
    const knee = batch(8, 4);
    const profile = exampleProfile(1000, { batches: [batch(1, 1), knee], knee });
    expect(requestsAtKnee(exampleFacts({ profile }), type)).toBeCloseTo(2 * 60 * 3.992, 0);
  });

  it('breaks even with Lambda exactly where both cost the same', () => {
    const { breakEven } = realTimeOption(facts, traffic(1), type);
    expect(breakEven).toBeLessThanOrEqual(usedShare * 120);
    const at = traffic(breakEven as number);
    const difference = realTimeOption(facts, at, type).month - lambdaOption(facts, at).month;
    expect(Math.abs(difference)).toBeLessThan(0.01);
  });

  it('has the instances that model.yaml asks for at least, idle or not', () => {
    const two = { ...facts, minInstances: 2 };
    const option = realTimeOption(two, traffic(1), type);
    const one = realTimeOption(facts, traffic(1), type);
    expect(option.instances).toBe(2);
    expect(option.idleMonth).toBeGreaterThan(1.9 * one.idleMonth);
    expect(option.breakEven).toBeCloseTo(2 * (one.breakEven as number), 6);
  });

  it('never breaks even when its front alone costs as much as the whole function', () => {
    const quick = exampleFacts({ profile: exampleProfile(0.2), memoryMiB: 512 });
    expect(realTimeOption(quick, traffic(1), type)).not.toHaveProperty('breakEven');
  });

  it('is paid twice while a release runs two fleets', () => {
    const option = realTimeOption(facts, traffic(965), type);
    expect(option.twoFleetsHour).toBeCloseTo(11 * type.hour, 6);
  });

  it('says that nobody measured a GPU', () => {
    const option = realTimeOption(
      exampleFacts({ ...facts, latency: { p95Ms: 1 } }),
      traffic(1),
      gpu,
    );
    expect(option.notes.join()).toContain('nobody measured the GPU');
    expect(option.obstacles).toEqual([]);
  });

  it('is impossible where the measured latency misses the goal', () => {
    const option = realTimeOption({ ...facts, latency: { p95Ms: 100 } }, traffic(1), type);
    expect(option.obstacles).toEqual([expect.stringContaining('the goal is 100 ms')]);
  });
});

describe('An endpoint that goes down to no instance', () => {
  it.each(['scale-to-zero', 'async'] as const)('as %s costs no hours while nobody asks', (kind) => {
    const option = restingOption(kind, facts, traffic(0), type);
    expect(option.month).toBeCloseTo(option.idleMonth, 6);
    expect(option.idleMonth).toBeLessThan(5);
  });

  it('lets its front wait for no answer when answers come later', () => {
    const frontOf = (kind: 'scale-to-zero' | 'async') =>
      restingOption(kind, facts, traffic(10), type).lines.find(
        ({ what }) => what === 'front, duration',
      )?.month;
    expect(frontOf('async')).toBeLessThan((frontOf('scale-to-zero') as number) / 50);
  });

  it('costs the more hours the less it rests, up to all of them', () => {
    const months = [0.01, 0.1, 1].map((rate) => restingOption('async', facts, traffic(rate), type));
    expect(months.map(({ month }) => month)).toEqual(
      months.map(({ month }) => month).toSorted((a, b) => a - b),
    );
    const busy = restingOption('scale-to-zero', facts, traffic(90), type).month;
    expect(busy).toBeCloseTo(realTimeOption(facts, traffic(90), type).month, 2);
  });
});
