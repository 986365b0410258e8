import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployTo } from '../../cli/release/deploy.ts';
import type { ReleaseEvent } from '../../cli/release/events.ts';
import { type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';
import { assemblyOf, outcomesOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel, type VersionFiles } from './scale-model.ts';
import { siskin } from './siskin-process.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const alarms = 'alarms: {errorRate: 0.05, p95LatencyMs: 20000, minRequests: 20}\n';
const endpoint = `${alarms}target: sagemaker
sagemaker: {instance: ml.c5.large, minInstances: 2}
rollout: {strategy: canary, percent: 50, minutes: 2}
`;
const plain = { yaml: alarms, versions: { 1: scaleModel.good(10) } };

const repository = (versions: Record<string, VersionFiles>, plainYaml = plain.yaml) =>
  repositoryOf({ scale: { yaml: endpoint, versions }, plain: { ...plain, yaml: plainYaml } });
const good = { 1: scaleModel.good(2), 2: scaleModel.good(3) };

/** Environment variables that `deployTo` sets, as a command would for its own process. */
const variables = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

describe('A release of a model on an endpoint', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    for (const name of variables) vi.stubEnv(name, '');
    rehearsal = await Rehearsal.open();
    const deployed = await rehearsal.deploy(await assemblyOf(repository({ 1: good[1] })));
    expect(outcomesOf(deployed)).toEqual(Array(4).fill('created'));
  });

  afterAll(async () => {
    await rehearsal?.close();
    vi.unstubAllEnvs();
  });

  /** What `siskin deploy --local --json` does in its process; the clock is left alone. */
  async function command(files: RepositoryFiles) {
    const events: ReleaseEvent[] = [];
    const port = Number(new URL(rehearsal.endpoint).port);
    const options = { local: true, port, stage: 'dev', timeScale: 1, context: {} };
    const exitCode = await deployTo({ ...options, models: writeRepository(files) }, (event) =>
      events.push(event),
    );
    const of = <E extends ReleaseEvent['event']>(event: E) =>
      events.filter((one): one is Extract<ReleaseEvent, { event: E }> => one.event === event);
    return { exitCode, of };
  }

  /** What the model makes of 3. */
  async function answers(count: number): Promise<Set<number>> {
    const seen = new Set<number>();
    for (let sent = 0; sent < count; sent += 1) {
      const answer = await rehearsal.infer('scale', requests.usual);
      const { outputs } = (await answer.json()) as { outputs: { data: number[] }[] };
      seen.add(outputs[0]?.data[0] as number);
    }
    return seen;
  }

  it('goes out as a canary of one of two instances, and the command says that it is done', async () => {
    const shared = new Set<number>();
    const { exitCode, of } = await rehearsal.play(command(repository(good)), async () => {
      for (const answer of await answers(6)) shared.add(answer);
    });
    expect(of('completed')).toMatchObject([
      { model: 'scale', functionVersion: '2', evidence: true },
    ]);
    expect(exitCode).toBe(0);
    expect([...shared].toSorted()).toEqual([6, 9]);
    expect(await answers(8)).toEqual(new Set([9]));
    expect(of('rollout').map(({ stage }) => stage)).toContain('Baking');
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
  });

  it('is turned back by the alarms of the new containers, under load that the way back fails in nothing', async () => {
    const usual = rehearsal.startCallers('scale', requests.usual, 3);
    const unusual = rehearsal.startCallers('scale', requests.beyondTable, 1);
    const files = repository({ ...good, 3: scaleModel.fails(4) });
    const { exitCode, of } = await rehearsal.play(command(files), () =>
      rehearsal.send('scale', Array(8).fill(requests.beyondTable)),
    );
    expect(of('rolled-back')).toMatchObject([
      { model: 'scale', reason: expect.stringContaining('EndpointErrorRate') },
    ]);
    expect(exitCode).toBe(1);
    expect(await rehearsal.stackStatus('siskin-dev-model-scale')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await rehearsal.weights('scale')).toEqual({ 2: 1 });
    expect(await answers(8)).toEqual(new Set([9]));
    expect(Object.keys((await usual.stop()).statuses)).toEqual(['200']);
    // Only the new containers failed, and only what they cannot answer.
    expect(Object.keys((await unusual.stop()).statuses)).toEqual(['200', '500']);
    const after = await rehearsal.send('scale', Array(8).fill(requests.beyondTable));
    expect(after.statuses).toEqual({ 200: 8 });
  });

  it('is turned back by golden answers that do not come out', async () => {
    const files = repository({ ...good, 3: scaleModel.wrong(5) });
    const deployed = await rehearsal.deploy(await assemblyOf(files));
    expect(deployed.get('siskin-dev-model-scale')).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: expect.stringContaining('golden case "scales 2" of version 3'),
    });
    expect(await answers(4)).toEqual(new Set([9]));
  });

  it('is what siskin status tells, with exit code 0 while all is well', async () => {
    const { port } = new URL(rehearsal.endpoint);
    const { code, stdout, stderr } = await siskin(['status', '--local', '--port', port, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { models } = JSON.parse(stdout) as { models: { model: string; release: object }[] };
    expect(models.find(({ model }) => model === 'scale')).toMatchObject({
      stackStatus: 'UPDATE_ROLLBACK_COMPLETE',
      release: { status: 'InService', weights: { 2: 1 } },
    });
  });

  it('cannot take a model from Lambda to an endpoint: the command says the two steps', async () => {
    await expect(command(repository(good, endpoint))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /plain: deployed with target lambda, and model\.yaml says sagemaker.*plain-sagemaker/s,
      ),
    });
    expect((await rehearsal.infer('plain', requests.usual)).status).toBe(200);
  });
});
