import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { childProcesses } from './child-processes.ts';
import { assemblyOf, outcomesOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel, type VersionFiles } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

// Half of the requests may fail: what is killed here is the processes, not the release.
const yaml = `
rollout: {strategy: canary, percent: 50, minutes: 3}
alarms: {errorRate: 0.5, p95LatencyMs: 20000, minRequests: 20}
`;
const callers = 4;

const scale = (versions: Record<string, VersionFiles>) =>
  assemblyOf(repositoryOf({ scale: { yaml, versions } }));

describe.skipIf(process.platform !== 'linux')('Processes of a function die', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await Rehearsal.open();
    const first = await rehearsal.deploy(await scale({ 1: scaleModel.good(2) }));
    expect(outcomesOf(first)).toEqual(Array(3).fill('created'));
  });

  afterAll(async () => {
    await rehearsal?.close();
  });

  it('during a shift: only the requests that they had fail, and the release completes', async () => {
    let killed = 0;
    const load = rehearsal.startCallers('scale', requests.usual, callers);
    const deployed = await rehearsal.deploy(
      await scale({ 1: scaleModel.good(2), 2: scaleModel.good(3) }),
      async () => {
        if (killed > 0) return;
        await rehearsal.send('scale', Array(20).fill(requests.usual), 1);
        killed = killAll();
        const after = await rehearsal.send('scale', Array(20).fill(requests.usual), 1);
        expect(after.statuses[200]).toBeGreaterThanOrEqual(19);
      },
    );
    expect(killed).toBeGreaterThan(1);
    expect(deployed.get('siskin-dev-model-scale')?.reason).toBeUndefined();
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
    const { 200: _answered, ...failures } = (await load.stop()).statuses;
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
    expect(failed).toBeLessThanOrEqual(callers);
  });

  /** Kills every process that runs a function of this cloud, at once and without a word. */
  function killAll(): number {
    const own = childProcesses().filter(({ command }) => command.includes(rehearsal.state));
    for (const { pid } of own) process.kill(pid, 'SIGKILL');
    return own.length;
  }
});
