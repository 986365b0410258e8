import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createSignedCall } from '../../serving/aws/signed-call.ts';
import { EndpointReader } from './endpoint-reader.ts';
import { type ReleaseReader, RolloutReader } from './rollout.ts';
import { physicalId, type Stacks } from './stacks.ts';
import { VersionMetrics } from './version-metrics.ts';

/**
 * Reads the releases of a model's stack by the names that CloudFormation lists: CodeDeploy carries them
 * out for a model on Lambda, SageMaker for one on an endpoint. Undefined for a stack without either.
 */
export async function releaseReaderOf(
  stacks: Stacks,
  stackName: string,
  model: string,
): Promise<ReleaseReader | undefined> {
  const resources = await stacks.resources(stackName);
  const alias = physicalId(resources, 'AWS::Lambda::Alias');
  // arn:aws:lambda:region:account:function:NAME:live
  const functionName = alias?.split(':')[6];
  if (!functionName) return undefined;
  const cloudWatch = new CloudWatchClient({});
  const lambda = new LambdaClient({});
  // CloudFormation knows an endpoint by its ARN.
  const endpoint = physicalId(resources, 'AWS::SageMaker::Endpoint')?.split('/').at(-1);
  if (endpoint) {
    const call = createSignedCall({ env: process.env });
    return new EndpointReader({ call, lambda, cloudWatch }, { endpoint, functionName });
  }
  const application = physicalId(resources, 'AWS::CodeDeploy::Application');
  const deploymentGroup = physicalId(resources, 'AWS::CodeDeploy::DeploymentGroup');
  if (!application || !deploymentGroup) return undefined;
  const codeDeploy = new CodeDeployClient({});
  const clients = { codeDeploy, lambda, cloudWatch, versionMetrics: new VersionMetrics() };
  return new RolloutReader(clients, { model, functionName, application, deploymentGroup });
}
