import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repositoryOf, requests, scaleModel } from './scale-model.ts';
import { type Finished, Server, siskin } from './siskin-process.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const yaml = 'rollout: {strategy: canary, percent: 50, minutes: 10}\n';

describe('The local cloud is killed in the middle of a rollout', () => {
  const folder = mkdtempSync(join(tmpdir(), 'siskin-restart-'));
  const models = join(folder, 'models');
  const state = join(folder, 'state');
  let server: Server;

  beforeAll(async () => {
    write({ 1: scaleModel.good(2) });
    server = await Server.start({ models, state });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('the deploy says that it cannot tell the outcome', async () => {
    write({ 1: scaleModel.good(2), 2: scaleModel.good(3) });
    const deploying = deploy(1);
    await vi.waitFor(async () => expect(await weights()).toEqual({ 1: 0.5, 2: 0.5 }), {
      timeout: 200_000,
      interval: 200,
    });
    await server.stop('SIGKILL');
    const { code, stdout } = await deploying;
    expect(code).toBe(2);
    expect(stdout).toContain('"event":"failed"');
    expect(stdout).not.toContain('"event":"completed"');
  });

  it('after the next start all traffic is back and the stack is as before', async () => {
    server = await Server.start({ models, state });
    expect(await weights()).toEqual({ 1: 1 });
    await vi.waitFor(async () => expect(await stackStatus()).toBe('UPDATE_ROLLBACK_COMPLETE'), {
      timeout: 60_000,
      interval: 200,
    });
    expect(server.stdout).toContain('scale has changed');
    expect((await server.infer('scale', requests.usual)).status).toBe(200);
  });

  it('and the same artifact can be released again', async () => {
    const { code, stdout } = await deploy(600);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ event: 'completed', model: 'scale' }));
    expect(code).toBe(0);
    const weightsAfter = Object.values(await weights());
    expect(weightsAfter).toEqual([1]);
    const body = (await (await server.infer('scale', requests.usual)).json()) as object;
    expect(body).toMatchObject({ model_version: '2' });
  });

  it('status tells of it, for people and for machines', async () => {
    const told = await status('--json');
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout).models).toMatchObject([
      { model: 'scale', stackStatus: 'UPDATE_COMPLETE', release: { status: 'Succeeded' } },
    ]);
    expect((await status()).stdout).toMatch(/last rollout d-\w+ Succeeded/);
    expect((await status('nobody')).code).toBe(2);
  });

  it('remove refuses a model that the API still routes to', async () => {
    const refused = await siskin(['remove', 'scale', '--local', '--port', String(server.port)]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('The API still routes to scale');
  });

  it('without a cloud on the port nothing can be tried', async () => {
    expect(await server.stop()).toBe(0);
    const { code, stderr } = await deploy(1);
    expect([code, stderr]).toEqual([2, expect.stringContaining('No local cloud answers on port')]);
    expect((await status()).code).toBe(2);
  });

  function write(versions: Parameters<typeof repositoryOf>[0][string]['versions']): void {
    for (const [path, content] of Object.entries(repositoryOf({ scale: { yaml, versions } }))) {
      mkdirSync(dirname(join(models, path)), { recursive: true });
      writeFileSync(join(models, path), content as string | Uint8Array);
    }
  }

  function deploy(timeScale: number): Promise<Finished> {
    const port = String(server.port);
    const scale = String(timeScale);
    return siskin(['deploy', '--local', '--port', port, '--time-scale', scale, '--json']);
  }

  function status(...args: string[]): Promise<Finished> {
    return siskin(['status', ...args, '--local', '--port', String(server.port)]);
  }

  function client() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  }

  async function weights(): Promise<Record<string, number>> {
    const alias = await new LambdaClient(client()).send(
      new GetAliasCommand({ FunctionName: 'siskin-dev-scale', Name: 'live' }),
    );
    const others = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
    const shifted = Object.values(others).reduce((sum, weight) => sum + weight, 0);
    return { [alias.FunctionVersion ?? '']: 1 - shifted, ...others };
  }

  async function stackStatus(): Promise<string | undefined> {
    const { Stacks } = await new CloudFormationClient(client()).send(
      new DescribeStacksCommand({ StackName: 'siskin-dev-model-scale' }),
    );
    return Stacks?.[0]?.StackStatus;
  }
});
