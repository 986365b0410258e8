import { AwsError } from '../host/aws-error.ts';
import type { Host } from '../host/host.ts';
import { awaitStack } from './await-stack.ts';

/** What `cdk bootstrap` of the CLI in use makes; a newer one may update the stack as it likes. */
const VERSION = '33';
const QUALIFIER = 'hnb659fds';
const STACK_NAME = 'CDKToolkit';

export function assetBucketName({ account, region }: Host): string {
  return `cdk-${QUALIFIER}-assets-${account}-${region}`;
}

/**
 * Deploys the stack that CDK apps expect in an environment, unless it is there: a local cloud comes
 * bootstrapped. Logical ids are those of the CLI's own template, so that its `cdk bootstrap` finds
 * resources to update and none in its way.
 */
export async function bootstrap(host: Host): Promise<void> {
  if (await hasStack(host)) return;
  await host.call('cloudformation', 'CreateStack', {
    StackName: STACK_NAME,
    TemplateBody: JSON.stringify(templateFor(host)),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    EnableTerminationProtection: true,
  });
  await awaitStack(host, STACK_NAME);
}

async function hasStack(host: Host): Promise<boolean> {
  try {
    await host.call('cloudformation', 'DescribeStacks', { StackName: STACK_NAME });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationError') return false;
    throw error;
  }
}

function templateFor(host: Host) {
  const { account, region } = host;
  const role = (purpose: string, principal: object) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `cdk-${QUALIFIER}-${purpose}-role-${account}-${region}`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }],
      },
    },
  });
  const callers = { AWS: account };
  return {
    Description:
      'This stack includes resources needed to deploy AWS CDK apps into this environment',
    Resources: {
      StagingBucket: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketName: assetBucketName(host),
          VersioningConfiguration: { Status: 'Enabled' },
        },
      },
      FilePublishingRole: role('file-publishing', callers),
      ImagePublishingRole: role('image-publishing', callers),
      LookupRole: role('lookup', callers),
      DeploymentActionRole: role('deploy', callers),
      CloudFormationExecutionRole: role('cfn-exec', { Service: 'cloudformation.amazonaws.com' }),
      CdkBootstrapVersion: {
        Type: 'AWS::SSM::Parameter',
        Properties: {
          Type: 'String',
          Name: `/cdk-bootstrap/${QUALIFIER}/version`,
          Value: VERSION,
        },
      },
    },
    Outputs: {
      BucketName: { Value: { Ref: 'StagingBucket' } },
      BucketDomainName: { Value: { 'Fn::GetAtt': ['StagingBucket', 'RegionalDomainName'] } },
      BootstrapVersion: { Value: VERSION },
    },
  };
}
