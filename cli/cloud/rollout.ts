import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
} from '@aws-sdk/client-codedeploy';
import { GetAliasCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { VersionFigures, VersionMetrics } from './version-metrics.ts';

/** AWS names of what a model's stack made for its releases. */
export interface ReleaseParts {
  readonly model: string;
  readonly functionName: string;
  readonly application: string;
  readonly deploymentGroup: string;
}

/** Reads a model's releases, whoever carries them out. */
export interface ReleaseReader {
  /** Id of the newest release; undefined before there is one. */
  newestDeployment(): Promise<string | undefined>;
  /** Everything about the newest release; `since` counts when there is none yet. */
  snapshot(since: Date): Promise<RolloutSnapshot>;
  /** Figures of one Lambda version since a moment. */
  figures(version: string, since: Date): Promise<VersionFigures>;
}

/** A release at one moment. */
export interface RolloutSnapshot {
  readonly deploymentId?: string;
  /** The carrier's word: CodeDeploy's InProgress, Succeeded ..., SageMaker's Updating, InService ... */
  readonly status?: string;
  /** Why it was ended, in the carrier's words. */
  readonly reason?: string;
  /** Of the pre-traffic check: Pending, InProgress, Succeeded, Failed. */
  readonly hook?: string;
  /** What serves has failed by itself, whatever came of the last release. */
  readonly isDown?: true;
  /** Of a SageMaker update: Creating, TrafficShifting, Baking ... */
  readonly stage?: string;
  /** Share of the traffic by Lambda version, 0-1. */
  readonly weights: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, VersionFigures>>;
  readonly alarms: readonly {
    readonly name: string;
    readonly state: string;
    readonly reason: string;
  }[];
}

export interface RolloutClients {
  readonly codeDeploy: CodeDeployClient;
  readonly lambda: LambdaClient;
  readonly cloudWatch: CloudWatchClient;
  readonly versionMetrics: VersionMetrics;
}

/** Reads the state of a model's releases through CodeDeploy, Lambda and CloudWatch. */
export class RolloutReader implements ReleaseReader {
  readonly #clients: RolloutClients;
  readonly #parts: ReleaseParts;

  constructor(clients: RolloutClients, parts: ReleaseParts) {
    this.#clients = clients;
    this.#parts = parts;
  }

  /**
   * Id of the newest release; undefined before the first one after the first deployment. AWS lists the
   * way back of a failed release as a deployment of its own: that is not a release.
   */
  async newestDeployment(): Promise<string | undefined> {
    const { application, deploymentGroup } = this.#parts;
    const answer = await this.#clients.codeDeploy.send(
      new ListDeploymentsCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
      }),
    );
    for (const id of answer.deployments ?? []) {
      if ((await this.#deployment(id))?.creator !== 'codeDeployRollback') return id;
    }
    return undefined;
  }

  /** Everything about the newest deployment; `since` counts when there is none yet. */
  async snapshot(since: Date): Promise<RolloutSnapshot> {
    const id = await this.newestDeployment();
    const deployment = id ? await this.#deployment(id) : undefined;
    const weights = await this.#weights();
    const hook = id ? await this.#hook(id) : undefined;
    const figures = await this.#clients.versionMetrics.read(
      this.#parts.model,
      this.#parts.functionName,
      Object.keys(weights),
      deployment?.createTime ?? since,
    );
    return {
      ...(id && { deploymentId: id }),
      ...(deployment?.status && { status: deployment.status }),
      ...(deployment?.errorInformation?.message && { reason: deployment.errorInformation.message }),
      ...(hook && { hook }),
      weights,
      versions: Object.fromEntries(figures),
      alarms: await this.#alarms(),
    };
  }

  /** Figures of one Lambda version since a moment, whether or not it still gets traffic. */
  async figures(version: string, since: Date): Promise<VersionFigures> {
    const { model, functionName } = this.#parts;
    const read = await this.#clients.versionMetrics.read(model, functionName, [version], since);
    return read.get(version) ?? { requests: 0, errors: 0 };
  }

  async #deployment(deploymentId: string): Promise<DeploymentInfo | undefined> {
    const answer = await this.#clients.codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
    return answer.deploymentInfo;
  }

  async #weights(): Promise<Record<string, number>> {
    const alias = await this.#clients.lambda.send(
      new GetAliasCommand({ FunctionName: this.#parts.functionName, Name: 'live' }),
    );
    const additional = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
    const shifted = Object.values(additional).reduce((total, weight) => total + weight, 0);
    return { [alias.FunctionVersion ?? '?']: 1 - shifted, ...additional };
  }

  async #hook(deploymentId: string): Promise<string | undefined> {
    const targets = await this.#clients.codeDeploy.send(
      new ListDeploymentTargetsCommand({ deploymentId }),
    );
    const targetIds = targets.targetIds ?? [];
    if (targetIds.length === 0) return undefined;
    const answer = await this.#clients.codeDeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
    );
    const events = answer.deploymentTargets?.[0]?.lambdaTarget?.lifecycleEvents ?? [];
    return events.find((event) => event.lifecycleEventName === 'BeforeAllowTraffic')?.status;
  }

  async #alarms(): Promise<RolloutSnapshot['alarms']> {
    const group = await this.#clients.codeDeploy.send(
      new GetDeploymentGroupCommand({
        applicationName: this.#parts.application,
        deploymentGroupName: this.#parts.deploymentGroup,
      }),
    );
    const names = group.deploymentGroupInfo?.alarmConfiguration?.alarms?.map(
      (one) => one.name ?? '',
    );
    if (!names?.length) return [];
    const answer = await this.#clients.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names }),
    );
    return (answer.MetricAlarms ?? []).map((alarm) => ({
      name: alarm.AlarmName ?? '',
      state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
      reason: alarm.StateReason ?? '',
    }));
  }
}
