import { createHash } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import type { Deployment, LifecycleEvent } from './deployment.ts';
import { DEPLOYMENT_STYLE } from './deployment-group.ts';

/** A lambda deployment has one target, the alias, in the state of the deployment itself. */
const TARGET_STATUS = {
  Created: 'Pending',
  Queued: 'Pending',
  InProgress: 'InProgress',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Stopped: 'Failed',
} as const satisfies Record<Deployment['status'], string>;

/** The API's shape of a deployment. */
export function describeDeployment(deployment: Deployment): Record<string, unknown> {
  const { content, startTime, completeTime, error, rollbackMessage } = deployment;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const overview = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  return {
    applicationName: deployment.application,
    deploymentGroupName: deployment.group,
    deploymentConfigName: deployment.config,
    deploymentId: deployment.id,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } },
    status: deployment.status,
    createTime: new Date(deployment.createTime),
    ...(startTime !== undefined && { startTime: new Date(startTime) }),
    ...(completeTime !== undefined && { completeTime: new Date(completeTime) }),
    ...(error && { errorInformation: error }),
    ...(rollbackMessage && { rollbackInfo: { rollbackMessage } }),
    ...(deployment.description && { description: deployment.description }),
    deploymentOverview: { ...overview, [TARGET_STATUS[deployment.status]]: 1 },
    creator: 'user',
    ignoreApplicationStopFailures: false,
    updateOutdatedInstancesOnly: false,
    autoRollbackConfiguration: deployment.autoRollback,
    deploymentStyle: DEPLOYMENT_STYLE,
    instanceTerminationWaitTimeStarted: false,
    computePlatform: 'Lambda',
  };
}

export function targetIdOf({ spec }: Deployment): string {
  return `${spec.functionName}:${spec.alias}`;
}

/** The API's shape of a deployment's target. */
export function describeTarget(host: Host, deployment: Deployment): Record<string, unknown> {
  const { spec, id } = deployment;
  return {
    deploymentTargetType: 'LambdaFunction',
    lambdaTarget: {
      deploymentId: id,
      targetId: targetIdOf(deployment),
      targetArn: host.arn('lambda', `function:${targetIdOf(deployment)}`),
      status: TARGET_STATUS[deployment.status],
      lastUpdatedAt: new Date(deployment.updateTime),
      lifecycleEvents: deployment.events.map(describeEvent),
      lambdaFunctionInfo: {
        functionName: spec.functionName,
        functionAlias: spec.alias,
        currentVersion: spec.currentVersion,
        targetVersion: spec.targetVersion,
        targetVersionWeight: deployment.shifted / 100,
      },
    },
  };
}

function describeEvent({ name, status, startTime, endTime, message }: LifecycleEvent) {
  return {
    lifecycleEventName: name,
    status,
    ...(startTime !== undefined && { startTime: new Date(startTime) }),
    ...(endTime !== undefined && { endTime: new Date(endTime) }),
    ...(message !== undefined && { diagnostics: { errorCode: 'UnknownError', message } }),
  };
}
