import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assemblyOf, outcomesOf, Rehearsal, type Seen } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel, type VersionFiles } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const yaml = `
rollout: {strategy: canary, percent: 10, minutes: 10}
alarms: {errorRate: 0.05, p95LatencyMs: 20000, minRequests: 20}
`;
const half = yaml.replace('percent: 10', 'percent: 50');
const impatient = half
  .replace('p95LatencyMs: 20000', 'p95LatencyMs: 400')
  .replace('minRequests: 20', 'minRequests: 5');

const scale = (versions: Record<string, VersionFiles>, settings = yaml) =>
  assemblyOf(
    repositoryOf({
      scale: { yaml: settings, versions },
      other: { yaml, versions: { 1: scaleModel.good(10) } },
    }),
  );
const stack = 'siskin-dev-model-scale';
const many = (body: string, count: number) => Array<string>(count).fill(body);

describe('A new version of a model goes out as a canary', () => {
  const good = { 1: scaleModel.good(2), 2: scaleModel.good(3) };
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await Rehearsal.open();
    const first = await rehearsal.deploy(await scale({ 1: scaleModel.good(2) }));
    expect(outcomesOf(first)).toEqual(Array(4).fill('created'));
  });

  afterAll(async () => {
    await rehearsal?.close();
  });

  it('gets a tenth of the traffic, within three standard deviations over 2,000 requests', async () => {
    const weights: Record<string, number>[] = [];
    let seen: Seen | undefined;
    const deployed = await rehearsal.deploy(await scale(good), async () => {
      weights.push(await rehearsal.weights('scale'));
      seen ??= await rehearsal.send('scale', many(requests.usual, 2000), 8);
    });
    expect(deployed.get(stack)?.reason).toBeUndefined();
    expect(deployed.get(stack)?.outcome).toBe('updated');
    expect(new Set(weights.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify({ 1: 0.9, 2: 0.1 })]),
    );
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
    expect(seen?.statuses).toEqual({ 200: 2000 });
    const deviation = Math.sqrt(2000 * 0.1 * 0.9);
    expect(Math.abs((seen?.versions[2] ?? 0) - 200)).toBeLessThan(3 * deviation);
  });

  it('never gets traffic when its golden answers do not come out, and the stack is as before', async () => {
    const weights = new Set<string>();
    const deployed = await rehearsal.deploy(
      await scale({ ...good, 3: scaleModel.wrong(4) }),
      async () => {
        weights.add(JSON.stringify(await rehearsal.weights('scale')));
      },
    );
    expect(deployed.get(stack)?.outcome).toBe('failed');
    expect(deployed.get(stack)?.reason).toContain('BeforeAllowTraffic');
    expect(await rehearsal.stackStatus(stack)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...weights]).toEqual([]);
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
    const seen = await rehearsal.send('scale', many(requests.usual, 5));
    expect(seen.versions).toEqual({ 2: 5 });
  });

  it('is rolled back when it fails on real traffic, and the rollback fails no caller', async () => {
    const usual = rehearsal.startCallers('scale', requests.usual, 6);
    const others = rehearsal.startCallers('other', requests.usual, 2);
    const unusual = rehearsal.startCallers('scale', requests.beyondTable, 2);
    const assembly = await scale({ ...good, 3: scaleModel.fails(4) }, half);
    for (const attempt of ['first', 'again']) {
      const deployed = await rehearsal.deploy(assembly);
      expect([attempt, deployed.get(stack)?.reason]).toEqual([
        attempt,
        expect.stringContaining('ErrorRateAlarm'),
      ]);
      expect(deployed.get(stack)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
    }
    expect(Object.keys((await usual.stop()).statuses)).toEqual(['200']);
    expect(Object.keys((await others.stop()).statuses)).toEqual(['200']);
    expect((await unusual.stop()).statuses[500]).toBeGreaterThan(0);
    const after = await rehearsal.send('scale', many(requests.beyondTable, 4));
    expect(after.statuses).toEqual({ 200: 4 });
  });

  it('is rolled back when it is slow on some of the requests', async () => {
    const bodies = [...many(requests.usual, 4), ...many(requests.muchWork, 1)];
    const deployed = await rehearsal.deploy(
      await scale({ ...good, 3: scaleModel.slow(4) }, impatient),
      () => rehearsal.send('scale', bodies),
    );
    expect(deployed.get(stack)?.reason).toContain('LatencyAlarm');
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
  });

  it('can be released again when callers send what it can do', async () => {
    const deployed = await rehearsal.deploy(
      await scale({ ...good, 3: scaleModel.fails(4) }, half),
      () => rehearsal.send('scale', many(requests.usual, 4)),
    );
    expect(deployed.get(stack)?.outcome).toBe('updated');
    const seen = await rehearsal.send('scale', many(requests.usual, 3));
    expect(seen.versions).toEqual({ 3: 3 });
  });
});
