import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { boolean, parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import type { Applications } from './application.ts';
import type { DeploymentConfigs } from './deployment-config.ts';

const alarmConfiguration = z.object({
  enabled: boolean.default(false),
  ignorePollAlarmFailure: boolean.default(false),
  alarms: z.array(z.object({ name: z.string() })).default([]),
});

const autoRollback = z.object({
  enabled: boolean.default(false),
  events: z
    .array(z.enum(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']))
    .default([]),
});

const settings = {
  deploymentConfigName: z.string().optional(),
  serviceRoleArn: z.string().optional(),
  alarmConfiguration: alarmConfiguration.optional(),
  autoRollbackConfiguration: autoRollback.optional(),
  deploymentStyle: z
    .object({
      deploymentType: z.literal('BLUE_GREEN', 'Lambda functions are deployed BLUE_GREEN'),
      deploymentOption: z.literal('WITH_TRAFFIC_CONTROL', 'expected WITH_TRAFFIC_CONTROL'),
    })
    .optional(),
};

const nameInput = z.object({ applicationName: z.string(), deploymentGroupName: z.string() });
const createInput = z.object({
  ...settings,
  applicationName: z.string(),
  deploymentGroupName: z.string().min(1).max(100),
  serviceRoleArn: z.string(),
});
const updateInput = z.object({
  ...settings,
  applicationName: z.string(),
  currentDeploymentGroupName: z.string(),
});
const listInput = z.object({ applicationName: z.string() });
const batchInput = z.object({
  applicationName: z.string(),
  deploymentGroupNames: z.array(z.string()),
});

export type AlarmConfiguration = z.output<typeof alarmConfiguration>;
export type AutoRollback = z.output<typeof autoRollback>;
export type RollbackEvent = AutoRollback['events'][number];

export interface DeploymentGroup {
  readonly application: string;
  readonly name: string;
  readonly config: string;
  readonly serviceRole: string;
  readonly alarms: AlarmConfiguration;
  readonly autoRollback: AutoRollback;
}

const NO_ALARMS: AlarmConfiguration = { enabled: false, ignorePollAlarmFailure: false, alarms: [] };
const NO_ROLLBACK: AutoRollback = { enabled: false, events: [] };

/** What is deployed one at a time, with which config, alarms and rollback. */
export class DeploymentGroups {
  readonly #groups: Collection<DeploymentGroup>;
  readonly #applications: Applications;
  readonly #configs: DeploymentConfigs;

  constructor(host: Host, applications: Applications, configs: DeploymentConfigs) {
    this.#groups = host.storage('codedeploy').collection('deployment-groups');
    this.#applications = applications;
    this.#configs = configs;
  }

  get(application: string, name: string): DeploymentGroup {
    this.#applications.get(application);
    const found = this.#groups.get(keyOf(application, name));
    if (found) return found;
    throw new AwsError(
      'DeploymentGroupDoesNotExistException',
      `No Deployment Group found for name: ${name}`,
    );
  }

  create(input: unknown): DeploymentGroup {
    const given = parseInput(createInput, input, 'InvalidDeploymentGroupNameException');
    const { applicationName: application, deploymentGroupName: name } = given;
    this.#applications.get(application);
    if (this.#groups.has(keyOf(application, name))) {
      throw new AwsError(
        'DeploymentGroupAlreadyExistsException',
        `Deployment Group already exists with name: ${name}`,
      );
    }
    return this.#set({
      application,
      name,
      config: given.deploymentConfigName ?? 'CodeDeployDefault.LambdaAllAtOnce',
      serviceRole: given.serviceRoleArn,
      alarms: given.alarmConfiguration ?? NO_ALARMS,
      autoRollback: given.autoRollbackConfiguration ?? NO_ROLLBACK,
    });
  }

  /**
   * What is not given stays as it is, as in AWS: alarms are removed by a configuration with
   * `enabled: false`, never by leaving it out.
   */
  update(input: unknown): DeploymentGroup {
    const given = parseInput(updateInput, input, 'InvalidDeploymentGroupNameException');
    const group = this.get(given.applicationName, given.currentDeploymentGroupName);
    return this.#set({
      ...group,
      config: given.deploymentConfigName ?? group.config,
      serviceRole: given.serviceRoleArn ?? group.serviceRole,
      alarms: given.alarmConfiguration ?? group.alarms,
      autoRollback: given.autoRollbackConfiguration ?? group.autoRollback,
    });
  }

  delete(application: string, name: string): void {
    this.#groups.delete(keyOf(application, name));
  }

  operations(): Record<string, Operation> {
    return {
      CreateDeploymentGroup: (input) => ({ deploymentGroupId: idOf(this.create(input)) }),
      UpdateDeploymentGroup: (input) => {
        this.update(input);
        return { hooksNotCleanedUp: [] };
      },
      GetDeploymentGroup: (input) => {
        const { applicationName, deploymentGroupName } = parseInput(nameInput, input);
        return {
          deploymentGroupInfo: describeGroup(this.get(applicationName, deploymentGroupName)),
        };
      },
      BatchGetDeploymentGroups: (input) => {
        const { applicationName, deploymentGroupNames } = parseInput(batchInput, input);
        const groups = deploymentGroupNames.map((name) => this.get(applicationName, name));
        return { deploymentGroupsInfo: groups.map(describeGroup) };
      },
      ListDeploymentGroups: (input) => {
        const { applicationName } = parseInput(listInput, input);
        this.#applications.get(applicationName);
        const groups = this.#groups
          .values()
          .filter(({ application }) => application === applicationName);
        return { applicationName, deploymentGroups: groups.map(({ name }) => name).sort() };
      },
      DeleteDeploymentGroup: (input) => {
        const { applicationName, deploymentGroupName } = parseInput(nameInput, input);
        this.delete(applicationName, deploymentGroupName);
        return { hooksNotCleanedUp: [] };
      },
    };
  }

  #set(group: DeploymentGroup): DeploymentGroup {
    this.#configs.get(group.config);
    this.#groups.set(keyOf(group.application, group.name), group);
    return group;
  }
}

function keyOf(application: string, name: string): string {
  return `${application}/${name}`;
}

function idOf(group: DeploymentGroup): string {
  return keyOf(group.application, group.name);
}

function describeGroup(group: DeploymentGroup): Record<string, unknown> {
  return {
    applicationName: group.application,
    deploymentGroupId: idOf(group),
    deploymentGroupName: group.name,
    deploymentConfigName: group.config,
    serviceRoleArn: group.serviceRole,
    alarmConfiguration: group.alarms,
    autoRollbackConfiguration: group.autoRollback,
    deploymentStyle: DEPLOYMENT_STYLE,
    computePlatform: 'Lambda',
  };
}

export const DEPLOYMENT_STYLE = {
  deploymentType: 'BLUE_GREEN',
  deploymentOption: 'WITH_TRAFFIC_CONTROL',
} as const;
