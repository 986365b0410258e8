import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployTo } from '../../cli/release/deploy.ts';
import type { ReleaseEvent } from '../../cli/release/events.ts';
import { type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';
import { assemblyOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel, type VersionFiles } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const yaml = `
rollout: {strategy: canary, percent: 50, minutes: 10}
alarms: {errorRate: 0.05, p95LatencyMs: 20000, minRequests: 20}
`;

type Repository = Record<string, { yaml: string; versions: Record<string, VersionFiles> }>;

/** Environment variables that `deployTo` sets, as a command would for its own process. */
const variables = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

describe('siskin deploy --local', () => {
  const models: Repository = {
    first: { yaml, versions: { 1: scaleModel.good(2) } },
  };
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    for (const name of variables) vi.stubEnv(name, '');
    rehearsal = await Rehearsal.open();
    await rehearsal.deploy(await assemblyOf(repositoryOf(models)));
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
    return { exitCode, events, of };
  }

  const deploy = (files = repositoryOf(models), meanwhile?: () => Promise<unknown>) =>
    rehearsal.play(command(files), meanwhile);

  it('leaves out a new model that fails its first check, cleans it up, and serves the others', async () => {
    models.second = { yaml, versions: { 1: scaleModel.wrong(3) } };
    const { exitCode, of } = await deploy();
    expect(exitCode).toBe(1);
    expect(of('rolled-back')).toMatchObject([
      { model: 'second', reason: expect.stringMatching(/golden case "scales 2" of version 1/) },
    ]);
    expect(of('done')).toMatchObject([{ completed: [], rolledBack: ['second'], failed: [] }]);
    expect((await rehearsal.infer('first', requests.usual)).status).toBe(200);
    expect((await rehearsal.infer('second', requests.usual)).status).toBe(404);
    expect(await (await rehearsal.fetch('/v2/models')).json()).toEqual({ models: ['first'] });
    await expect(
      rehearsal.call('lambda', 'GetFunction', { FunctionName: 'siskin-dev-second' }),
    ).rejects.toThrow('not found');
  });

  it('releases that model when it is in order', async () => {
    models.second = { yaml, versions: { 1: scaleModel.good(3) } };
    const { exitCode, events } = await deploy();
    expect(events).toContainEqual(expect.objectContaining({ event: 'created', model: 'second' }));
    expect(exitCode).toBe(0);
    expect((await rehearsal.infer('second', requests.usual)).status).toBe(200);
  });

  it('completes a release without traffic, says so, and rolls back a bad one at the same time', async () => {
    models.first = { yaml, versions: { ...models.first?.versions, 2: scaleModel.fails(5) } };
    models.second = { yaml, versions: { ...models.second?.versions, 2: scaleModel.good(6) } };
    const { exitCode, of } = await deploy(repositoryOf(models), () =>
      rehearsal.send('first', Array(8).fill(requests.beyondTable)),
    );
    expect(exitCode).toBe(1);
    expect(of('rolled-back')).toMatchObject([
      { model: 'first', reason: expect.stringContaining('ErrorRateAlarm') },
    ]);
    expect(of('completed')).toMatchObject([
      { model: 'second', functionVersion: '2', requests: 0, needed: 20, evidence: false },
    ]);
    expect(of('done')).toMatchObject([{ completed: ['second'], rolledBack: ['first'] }]);
    expect(await rehearsal.weights('first')).toEqual({ 1: 1 });
    expect(await rehearsal.weights('second')).toEqual({ 2: 1 });
    expect(of('rollout').every(({ alarms }) => alarms.length === 2)).toBe(true);
  });

  it('refuses to run while another deploy runs, and changes nothing', async () => {
    let second: Promise<unknown> | undefined;
    const before = await rehearsal.deployments();
    const { exitCode, of } = await deploy(repositoryOf(models), async () => {
      second ??= command(repositoryOf(models)).catch((error) => error);
      await second;
      await rehearsal.send('first', Array(8).fill(requests.usual));
    });
    expect(of('completed')).toMatchObject([{ model: 'first', evidence: true }]);
    expect(await second).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('A deploy is already running: siskin-dev-model-first'),
    });
    expect(exitCode).toBe(0);
    expect(await rehearsal.deployments()).toHaveLength(before.length + 1);
  });

  it('refuses an invalid repository and changes nothing', async () => {
    const files = { ...repositoryOf(models), 'first/model.yaml': 'memry: 5' };
    await expect(deploy(files)).rejects.toThrow(/memry/);
  });

  it('does nothing when nothing has changed', async () => {
    const { exitCode, events } = await deploy();
    expect(exitCode).toBe(0);
    expect(events).toMatchObject([
      { create: [], release: [], unchanged: ['first', 'second'], platform: false, api: false },
      { event: 'done', exitCode: 0, completed: [], rolledBack: [] },
    ]);
  });

  it('removes a model whose folder is gone, the API first', async () => {
    const { first } = models as { first: Repository[string] };
    const { exitCode, events } = await deploy(repositoryOf({ first }));
    expect(exitCode).toBe(0);
    const order = events.flatMap((event) =>
      event.event === 'updated' || event.event === 'removed' ? [event.stack] : [],
    );
    expect(order).toEqual(['siskin-dev-api', 'siskin-dev-model-second']);
    expect((await rehearsal.infer('second', requests.usual)).status).toBe(404);
    expect(await rehearsal.stackStatus('siskin-dev-model-second')).toBeUndefined();
  });
});
