import { AwsError } from '../../../host/aws-error.ts';
import { wait } from '../../../host/clock.ts';
import type { Host } from '../../../host/host.ts';
import type { ResourceRequest } from '../../../host/provider.ts';

export interface Shift {
  readonly functionName: string;
  readonly aliasName: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
}

/** Milliseconds of cloud time between two looks at a deployment. */
const POLL_INTERVAL = 5000;

interface DeploymentInfo {
  readonly status: string;
  readonly errorInformation?: { readonly code?: string; readonly message?: string };
}

/**
 * Has CodeDeploy move an alias to a new version, as the update policy says, and waits for the end.
 * Rejects with CodeDeploy's reason when the deployment fails or is stopped.
 */
export async function shiftTraffic(host: Host, request: ResourceRequest, shift: Shift) {
  const policy = request.updatePolicy?.CodeDeployLambdaAliasUpdate;
  const { deploymentId } = await host.call<{ deploymentId: string }>(
    'codedeploy',
    'CreateDeployment',
    {
      applicationName: policy.ApplicationName,
      deploymentGroupName: policy.DeploymentGroupName,
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: JSON.stringify(appSpec(request.logicalId, shift, policy)) },
      },
    },
  );
  try {
    await untilEnded(host, deploymentId, request.signal);
  } catch (error) {
    if (request.signal.aborted) await stop(host, deploymentId);
    throw error;
  }
}

async function untilEnded(host: Host, deploymentId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { deploymentInfo } = await host.call<{ deploymentInfo: DeploymentInfo }>(
      'codedeploy',
      'GetDeployment',
      { deploymentId },
    );
    const { status, errorInformation } = deploymentInfo;
    if (status === 'Succeeded') return;
    if (status === 'Failed' || status === 'Stopped') {
      const reason = errorInformation?.message ?? 'it gave no reason';
      throw new AwsError(
        'CodeDeployDeploymentFailed',
        `CodeDeploy deployment ${deploymentId} ${status.toLowerCase()}: ${reason}`,
      );
    }
    await wait(host.clock, POLL_INTERVAL, signal);
  }
}

/** CloudFormation has been told to give up: traffic goes back to where it was. */
async function stop(host: Host, deploymentId: string): Promise<void> {
  try {
    await host.call('codedeploy', 'StopDeployment', { deploymentId, autoRollbackEnabled: true });
  } catch (error) {
    host.log.error(`Deployment ${deploymentId} could not be stopped`, error);
  }
}

function appSpec(logicalId: string, shift: Shift, policy: Record<string, string>) {
  const hooks = [
    policy.BeforeAllowTrafficHook && { BeforeAllowTraffic: policy.BeforeAllowTrafficHook },
    policy.AfterAllowTrafficHook && { AfterAllowTraffic: policy.AfterAllowTrafficHook },
  ].filter(Boolean);
  return {
    version: 0,
    Resources: [
      {
        [logicalId]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: shift.functionName,
            Alias: shift.aliasName,
            CurrentVersion: shift.currentVersion,
            TargetVersion: shift.targetVersion,
          },
        },
      },
    ],
    ...(hooks.length > 0 && { Hooks: hooks }),
  };
}
