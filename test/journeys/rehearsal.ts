import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endpointStandIns } from '../../cli/cloud/stand-ins.ts';
import { readConfig } from '../../lib/config/config.ts';
import { loadContext } from '../../lib/config/load-context.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { bootstrap } from '../../local/assembly/bootstrap-stack.ts';
import { type DeployedStack, deployAssembly } from '../../local/assembly/deploy-assembly.ts';
import { ManualClock } from '../../local/host/manual-clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { lambdaProvider } from '../../local/providers/lambda/index.ts';
import { registry } from '../../local/providers/registry.ts';
import { sagemakerProvider } from '../../local/providers/sagemaker/index.ts';
import { createRandom } from '../../training/random.ts';
import { type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';
import { type CodeDeployment, codeDeployments, rolloutPhase } from './rollout-phase.ts';

/** The cloud assembly that `cdk synth` would write of these files, without the validators. */
export async function assemblyOf(
  files: RepositoryFiles,
  context: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const given: Record<string, unknown> = {
    validate: false,
    models: writeRepository(files),
    ...context,
  };
  const config = readConfig((key) => given[key]);
  const outdir = mkdtempSync(join(tmpdir(), 'siskin-assembly-'));
  await synthesize({ config, context: loadContext(), outdir });
  return outdir;
}

/** Reason or outcome of each stack, for a message that says why a first deployment failed. */
export function outcomesOf(deployed: ReadonlyMap<string, DeployedStack>): string[] {
  return [...deployed.values()].map(({ outcome, reason }) => reason ?? outcome);
}

/** What callers saw of requests that were sent. */
export interface Seen {
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers of 200 by model version. */
  readonly versions: Readonly<Record<string, number>>;
}

class Tally implements Seen {
  readonly statuses: Record<number, number> = {};
  readonly versions: Record<string, number> = {};

  async add(answer: Response): Promise<void> {
    const { model_version: version } = (await answer.json()) as { model_version?: string };
    this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
    if (answer.status !== 200 || version === undefined) return;
    this.versions[version] = (this.versions[version] ?? 0) + 1;
  }
}

/**
 * The synthesized app on a local cloud whose clock stands still until a rollout waits: functions are
 * real processes and requests real requests, and ten minutes of canary take as long as these do.
 */
export class Rehearsal {
  readonly clock: ManualClock;
  readonly #cloud: LocalCloud;
  /** Folder that holds everything the cloud knows. */
  readonly state: string;
  readonly #callers: (() => Promise<unknown>)[] = [];

  private constructor(cloud: LocalCloud, clock: ManualClock, state: string) {
    this.#cloud = cloud;
    this.clock = clock;
    this.state = state;
  }

  static async open(): Promise<Rehearsal> {
    const state = mkdtempSync(join(tmpdir(), 'siskin-rehearsal-'));
    const clock = new ManualClock();
    const random = createRandom(7).next;
    const cloud = await startLocalCloud({
      state,
      port: 0,
      clock,
      providers: {
        ...registry,
        lambda: (host) => lambdaProvider(host, { random }),
        sagemaker: (host) => sagemakerProvider(host, { random }),
      },
      standIns: endpointStandIns(),
    });
    await bootstrap(cloud.host);
    return new Rehearsal(cloud, clock, state);
  }

  async close(): Promise<void> {
    await Promise.all(this.#callers.map((stop) => stop()));
    await this.#cloud.stop();
    rmSync(this.state, { recursive: true, force: true });
  }

  get endpoint(): string {
    return this.#cloud.endpoint;
  }

  /** What an unmodified SDK client needs to reach this cloud. */
  get client() {
    return {
      endpoint: this.endpoint,
      region: this.#cloud.host.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }

  /** An operation of AWS's API, by service. */
  async call<T>(service: string, operation: string, input: Record<string, unknown>): Promise<T> {
    return await this.#cloud.host.call<T>(service, operation, input);
  }

  /**
   * Deploys an assembly and lets its rollouts take their time. `meanwhile` is called again and again
   * while traffic is shared between versions, with a quarter of a minute between two calls.
   */
  async deploy(
    assembly: string,
    meanwhile?: () => Promise<unknown>,
  ): Promise<ReadonlyMap<string, DeployedStack>> {
    const deployed = deployAssembly(this.#cloud.host, assembly, {
      parameters: { 'siskin-dev-api': { ApiKeyValue: 'local' } },
    });
    const results = await this.play(deployed, meanwhile);
    return new Map(results.map((stack) => [stack.name, stack]));
  }

  /** Lets time pass for the rollouts of a deployment that is under way, until it has ended. */
  async play<T>(
    deployment: Promise<T>,
    meanwhile: () => Promise<unknown> = async () => {},
  ): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    deployment.then(end, end);
    while (!ended) {
      const phase = await rolloutPhase(this.#cloud.host);
      if (phase === 'shared') await meanwhile();
      // Hooks and containers are real processes: an hour must not pass while they start.
      if (phase === 'checking' || phase === 'quiet') await pause(5);
      else await this.clock.advance(15_000);
    }
    return await deployment;
  }

  /** Callers who send one request after the other until they are told to stop. */
  startCallers(model: string, body: string, count: number): { stop(): Promise<Seen> } {
    const tally = new Tally();
    let stopped = false;
    const caller = async () => {
      while (!stopped) await tally.add(await this.infer(model, body));
    };
    const callers = Promise.all(Array.from({ length: count }, caller));
    const stop = async () => {
      stopped = true;
      await callers;
      return tally;
    };
    this.#callers.push(stop);
    return { stop };
  }

  /** Sends inference requests, a few at a time, and tells what came back. */
  async send(model: string, bodies: readonly string[], atOnce = 4): Promise<Seen> {
    const waiting = [...bodies];
    const tally = new Tally();
    const caller = async () => {
      for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
        await tally.add(await this.infer(model, body));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    return tally;
  }

  async infer(model: string, body: string): Promise<Response> {
    return await this.fetch(`/v2/models/${model}/infer`, { method: 'POST', body });
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'x-api-key': 'local', 'content-type': 'application/json' };
    return await fetch(`${this.endpoint}${path}`, { headers, ...init });
  }

  /** Share of a model's traffic by Lambda version, 0-1, the versions in order. */
  async weights(model: string): Promise<Record<string, number>> {
    const alias = await this.call<{
      FunctionVersion: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    }>('lambda', 'GetAlias', { FunctionName: `siskin-dev-${model}`, Name: 'live' });
    const others = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
    const shifted = Object.values(others).reduce((sum, weight) => sum + weight, 0);
    return { [alias.FunctionVersion]: 1 - shifted, ...others };
  }

  async stackStatus(stack: string): Promise<string | undefined> {
    const { Stacks } = await this.call<{ Stacks: { StackName: string; StackStatus: string }[] }>(
      'cloudformation',
      'DescribeStacks',
      {},
    );
    return Stacks.find(({ StackName }) => StackName === stack)?.StackStatus;
  }

  /** CodeDeploy's deployments of all models, the newest first. */
  async deployments(): Promise<CodeDeployment[]> {
    return await codeDeployments(this.#cloud.host);
  }

  /** Names of the alarms that may turn a release back, of all deployment groups. */
  async watchedAlarms(): Promise<string[]> {
    const { applications } = await this.call<{ applications: string[] }>(
      'codedeploy',
      'ListApplications',
      {},
    );
    const watched = await Promise.all(
      applications.map(async (applicationName) => {
        const { deploymentGroups } = await this.call<{ deploymentGroups: string[] }>(
          'codedeploy',
          'ListDeploymentGroups',
          { applicationName },
        );
        const { deploymentGroupsInfo } = await this.call<{
          deploymentGroupsInfo: { alarmConfiguration: { alarms: { name: string }[] } }[];
        }>('codedeploy', 'BatchGetDeploymentGroups', {
          applicationName,
          deploymentGroupNames: deploymentGroups,
        });
        return deploymentGroupsInfo.flatMap(({ alarmConfiguration }) => alarmConfiguration.alarms);
      }),
    );
    return watched.flat().map(({ name }) => name);
  }
}
