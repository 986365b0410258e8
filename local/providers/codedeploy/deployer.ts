import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { parseAppSpec } from './app-spec.ts';
import { type Deployment, DeploymentFailure, isFinal, LIFECYCLE } from './deployment.ts';
import type { DeploymentConfigs } from './deployment-config.ts';
import type { AutoRollback, DeploymentGroups } from './deployment-group.ts';
import { DeploymentRun, endWithFailure } from './deployment-run.ts';
import type { Deployments } from './deployments.ts';
import type { HookExecutions } from './hook-executions.ts';

export interface DeploymentRequest {
  readonly application: string;
  readonly group: string;
  readonly config?: string | undefined;
  readonly content: string;
  readonly description?: string | undefined;
  readonly autoRollback?: AutoRollback | undefined;
}

/** Starts and stops deployments, one at a time in each group. */
export class Deployer {
  readonly #host: Host;
  readonly #groups: DeploymentGroups;
  readonly #configs: DeploymentConfigs;
  readonly #deployments: Deployments;
  readonly #hooks: HookExecutions;
  readonly #runs = new Map<string, DeploymentRun>();
  #recovery: Promise<void> | undefined;

  constructor(options: {
    host: Host;
    groups: DeploymentGroups;
    configs: DeploymentConfigs;
    deployments: Deployments;
    hooks: HookExecutions;
  }) {
    this.#host = options.host;
    this.#groups = options.groups;
    this.#configs = options.configs;
    this.#deployments = options.deployments;
    this.#hooks = options.hooks;
  }

  /**
   * Rolls back what the last stop cut off. Once only, and before any new deployment, in whatever
   * order the services of the cloud start.
   */
  recover(): Promise<void> {
    this.#recovery ??= this.#recover();
    return this.#recovery;
  }

  async create(request: DeploymentRequest): Promise<Deployment> {
    await this.recover();
    const group = this.#groups.get(request.application, request.group);
    const config = this.#configs.get(request.config ?? group.config);
    const spec = parseAppSpec(request.content);
    const active = this.#deployments.active(group.application, group.name);
    if (active) {
      throw new AwsError(
        'DeploymentLimitExceededException',
        `The Deployment Group '${group.name}' already has an active Deployment '${active.id}'`,
      );
    }
    const deployment = this.#deployments.create({
      application: group.application,
      group: group.name,
      config: config.name,
      routing: config.routing,
      alarms: group.alarms,
      autoRollback: request.autoRollback ?? group.autoRollback,
      description: request.description,
      content: request.content,
      spec,
      status: 'Created',
      shifted: 0,
      events: LIFECYCLE.map((name) => ({ name, status: 'Pending' })),
    });
    this.#start(deployment);
    return deployment;
  }

  stop(id: string, rollback: boolean | undefined): void {
    if (isFinal(this.#deployments.get(id).status)) {
      throw new AwsError(
        'DeploymentAlreadyCompletedException',
        `Deployment ${id} is already completed`,
      );
    }
    this.#runs.get(id)?.stop(rollback);
  }

  /** Leaves every deployment as it stands, for the next start to roll back. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.abandon()));
  }

  #start(deployment: Deployment): void {
    const run = new DeploymentRun({
      host: this.#host,
      deployments: this.#deployments,
      hooks: this.#hooks,
      deployment,
    });
    this.#runs.set(deployment.id, run);
    const forget = () => this.#runs.delete(deployment.id);
    run.finished.then(forget, (error) => {
      forget();
      this.#host.log.error(`Deployment ${deployment.id} could not be ended`, error);
    });
  }

  async #recover(): Promise<void> {
    for (const { id, status } of this.#deployments.all()) {
      if (isFinal(status)) continue;
      const message = 'The cloud stopped during the deployment.';
      const failure = new DeploymentFailure('INTERNAL_ERROR', message);
      await endWithFailure(this.#host, this.#deployments, id, { failure, rollback: true });
    }
  }
}
