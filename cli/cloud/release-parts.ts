import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type ReleaseParts, RolloutReader } from './rollout.ts';
import { physicalId, type Stacks } from './stacks.ts';
import { VersionMetrics } from './version-metrics.ts';

/**
 * The names that a model's stack gave to its function and its CodeDeploy group, as CloudFormation
 * lists them; undefined for a stack without a rollout.
 */
export async function releasePartsOf(
  stacks: Stacks,
  stackName: string,
  model: string,
): Promise<ReleaseParts | undefined> {
  const resources = await stacks.resources(stackName);
  const alias = physicalId(resources, 'AWS::Lambda::Alias');
  const application = physicalId(resources, 'AWS::CodeDeploy::Application');
  const deploymentGroup = physicalId(resources, 'AWS::CodeDeploy::DeploymentGroup');
  if (!alias || !application || !deploymentGroup) return undefined;
  // arn:aws:lambda:region:account:function:NAME:live
  const functionName = alias.split(':')[6] ?? '';
  return { model, functionName, application, deploymentGroup };
}

export function rolloutReader(parts: ReleaseParts): RolloutReader {
  const clients = {
    codeDeploy: new CodeDeployClient({}),
    lambda: new LambdaClient({}),
    cloudWatch: new CloudWatchClient({}),
    versionMetrics: new VersionMetrics(),
  };
  return new RolloutReader(clients, parts);
}
