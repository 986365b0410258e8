import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assemblyOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const stack = 'siskin-dev-model-scale';
const versions = { 1: scaleModel.good(2), 2: scaleModel.good(3) };
const alarms = 'alarms: {errorRate: 0.05, p95LatencyMs: 20000, minRequests: 20}';

const scale = (live: number, rollout: string, context: Record<string, string> = {}) =>
  assemblyOf(
    repositoryOf({ scale: { yaml: `live: ${live}\n${rollout}\n${alarms}\n`, versions } }),
    context,
  );

describe('How a model is released is said in its model.yaml, and may change with each release', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await Rehearsal.open();
    await rehearsal.deploy(await scale(1, 'rollout: {strategy: canary, percent: 10, minutes: 5}'));
  });

  afterAll(async () => {
    await rehearsal?.close();
  });

  /** Deploys and gives each distribution of traffic with the minutes of cloud time that it lasted. */
  async function steps(assembly: string) {
    const seen = new Map<string, { from: number; to: number }>();
    const deployed = await rehearsal.deploy(assembly, async () => {
      const shares = Object.values(await rehearsal.weights('scale'));
      const key = shares.map((share) => Math.round(share * 100)).join(' ');
      const now = rehearsal.clock.now();
      seen.set(key, { from: seen.get(key)?.from ?? now, to: now });
    });
    expect(deployed.get(stack)?.reason).toBeUndefined();
    return new Map([...seen].map(([key, { from, to }]) => [key, Math.round((to - from) / 60_000)]));
  }

  it('with other percent and minutes', async () => {
    const assembly = await scale(2, 'rollout: {strategy: canary, percent: 30, minutes: 15}');
    expect([...(await steps(assembly))]).toEqual([['70 30', 15]]);
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
  });

  it('in steps, and back to an older version as a release like any other', async () => {
    const assembly = await scale(1, 'rollout: {strategy: linear, percent: 40, minutes: 3}');
    expect([...(await steps(assembly)).keys()]).toEqual(['60 40', '20 80']);
    const seen = await rehearsal.send('scale', Array(4).fill(requests.usual));
    expect(seen.versions).toEqual({ 1: 4 });
  });

  it('all at once in an emergency, whatever the model says', async () => {
    const slow = 'rollout: {strategy: canary, percent: 1, minutes: 600}';
    expect([...(await steps(await scale(2, slow, { rollout: 'all-at-once' })))]).toEqual([]);
    const seen = await rehearsal.send('scale', Array(4).fill(requests.usual));
    expect(seen.versions).toEqual({ 2: 4 });
  });

  it('with fresh alarms each time, which the deployment group watches and nothing else', async () => {
    const { MetricAlarms } = await rehearsal.call<{ MetricAlarms: { AlarmName: string }[] }>(
      'cloudwatch',
      'DescribeAlarms',
      { MaxRecords: 100 },
    );
    const names = MetricAlarms.map(({ AlarmName }) => AlarmName).filter((name) =>
      name.startsWith(`${stack}-`),
    );
    const rates = names.filter((name) => /ErrorRateAlarm|LatencyAlarm/.test(name));
    expect(names).toHaveLength(3);
    expect(rates).toHaveLength(2);
    expect((await rehearsal.watchedAlarms()).toSorted()).toEqual(rates.toSorted());
  });
});
