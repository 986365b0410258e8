import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { boolean, parseInput, timestamp } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Deployer } from './deployer.ts';
import { type Deployment, TRANSITIONS } from './deployment.ts';
import { describeDeployment, describeTarget, targetIdOf } from './deployment-description.ts';
import type { Deployments } from './deployments.ts';
import type { HookExecutions } from './hook-executions.ts';

const PER_PAGE = 100;

const content = z.object({ content: z.string() });
const createInput = z.object({
  applicationName: z.string(),
  deploymentGroupName: z.string(),
  deploymentConfigName: z.string().optional(),
  description: z.string().optional(),
  revision: z
    .discriminatedUnion('revisionType', [
      z.object({ revisionType: z.literal('AppSpecContent'), appSpecContent: content }),
      z.object({ revisionType: z.literal('String'), string: content }),
    ])
    .transform((given) => (given.revisionType === 'String' ? given.string : given.appSpecContent)),
  autoRollbackConfiguration: z
    .object({
      enabled: boolean.default(false),
      events: z
        .array(
          z.enum(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']),
        )
        .default([]),
    })
    .optional(),
});

const idInput = z.object({ deploymentId: z.string() });
const idsInput = z.object({ deploymentIds: z.array(z.string()).max(25) });
const stopInput = z.object({ deploymentId: z.string(), autoRollbackEnabled: boolean.optional() });
const targetInput = z.object({ deploymentId: z.string(), targetId: z.string() });
const targetsInput = z.object({ deploymentId: z.string(), targetIds: z.array(z.string()).max(25) });
const statuses = Object.keys(TRANSITIONS) as [string, ...string[]];
const listInput = z.object({
  applicationName: z.string().optional(),
  deploymentGroupName: z.string().optional(),
  includeOnlyStatuses: z.array(z.enum([...statuses, 'Baking', 'Ready'])).default([]),
  createTimeRange: z.object({ start: timestamp.optional(), end: timestamp.optional() }).optional(),
  nextToken: z.string().optional(),
});
const hookInput = z.object({
  deploymentId: z.string(),
  lifecycleEventHookExecutionId: z.string(),
  status: z.enum(['Succeeded', 'Failed']),
});

export function deploymentOperations(parts: {
  host: Host;
  deployer: Deployer;
  deployments: Deployments;
  hooks: HookExecutions;
}): Record<string, Operation> {
  const { host, deployer, deployments, hooks } = parts;
  return {
    ...targetOperations(host, deployments),
    CreateDeployment: async (input) => {
      const given = parseInput(createInput, input, 'InvalidRevisionException');
      const { id } = await deployer.create({
        application: given.applicationName,
        group: given.deploymentGroupName,
        config: given.deploymentConfigName,
        content: given.revision.content,
        description: given.description,
        autoRollback: given.autoRollbackConfiguration,
      });
      return { deploymentId: id };
    },
    GetDeployment: (input) => {
      const { deploymentId } = parseInput(idInput, input, 'DeploymentIdRequiredException');
      return { deploymentInfo: describeDeployment(deployments.get(deploymentId)) };
    },
    BatchGetDeployments: (input) => {
      const { deploymentIds } = parseInput(idsInput, input, 'BatchLimitExceededException');
      return {
        deploymentsInfo: deploymentIds.map((id) => describeDeployment(deployments.get(id))),
      };
    },
    ListDeployments: (input) => {
      const request = parseInput(listInput, input, 'InvalidDeploymentStatusException');
      const found = deployments.all().filter((deployment) => isAskedFor(deployment, request));
      const { items, nextToken } = pageOf(
        found,
        request.nextToken,
        PER_PAGE,
        'InvalidNextTokenException',
      );
      return { deployments: items.map(({ id }) => id), ...(nextToken && { nextToken }) };
    },
    StopDeployment: (input) => {
      const given = parseInput(stopInput, input, 'DeploymentIdRequiredException');
      deployer.stop(given.deploymentId, given.autoRollbackEnabled);
      return { status: 'Pending', statusMessage: 'No more traffic is shifted.' };
    },
    PutLifecycleEventHookExecutionStatus: (input) => {
      const given = parseInput(
        hookInput,
        input,
        'InvalidLifecycleEventHookExecutionStatusException',
      );
      const { deploymentId, lifecycleEventHookExecutionId, status } = given;
      deployments.get(deploymentId);
      hooks.report(deploymentId, lifecycleEventHookExecutionId, status);
      return { lifecycleEventHookExecutionId };
    },
  };
}

function targetOperations(host: Host, deployments: Deployments): Record<string, Operation> {
  const targetOf = (deploymentId: string, targetId: string) => {
    const deployment = deployments.get(deploymentId);
    if (targetId === targetIdOf(deployment)) return describeTarget(host, deployment);
    const problem = `The deployment target ${targetId} is not part of deployment ${deploymentId}`;
    throw new AwsError('DeploymentTargetDoesNotExistException', problem);
  };
  return {
    ListDeploymentTargets: (input) => {
      const { deploymentId } = parseInput(idInput, input, 'DeploymentIdRequiredException');
      return { targetIds: [targetIdOf(deployments.get(deploymentId))] };
    },
    GetDeploymentTarget: (input) => {
      const given = parseInput(targetInput, input, 'DeploymentTargetIdRequiredException');
      return { deploymentTarget: targetOf(given.deploymentId, given.targetId) };
    },
    BatchGetDeploymentTargets: (input) => {
      const given = parseInput(targetsInput, input, 'DeploymentTargetIdRequiredException');
      const { deploymentId, targetIds } = given;
      return { deploymentTargets: targetIds.map((targetId) => targetOf(deploymentId, targetId)) };
    },
  };
}

function isAskedFor(deployment: Deployment, request: z.output<typeof listInput>): boolean {
  const { applicationName, deploymentGroupName, includeOnlyStatuses, createTimeRange } = request;
  return (
    (applicationName === undefined || applicationName === deployment.application) &&
    (deploymentGroupName === undefined || deploymentGroupName === deployment.group) &&
    (includeOnlyStatuses.length === 0 || includeOnlyStatuses.includes(deployment.status)) &&
    deployment.createTime >= (createTimeRange?.start ?? 0) &&
    deployment.createTime <= (createTimeRange?.end ?? Number.POSITIVE_INFINITY)
  );
}
