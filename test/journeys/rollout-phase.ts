import type { CloudHost } from '../../local/host/cloud-host.ts';

/**
 * `checking`: a hook runs, or containers start. `shared`: two versions may get requests, and time has
 * to pass. `ended`: a deployment is over, and CloudFormation has yet to look. `quiet`: nothing waits
 * for the clock.
 */
export type RolloutPhase = 'checking' | 'shared' | 'ended' | 'quiet';

export interface CodeDeployment {
  readonly deploymentId: string;
  readonly completeTime?: Date;
  readonly status: string;
  readonly errorInformation?: { readonly code: string; readonly message: string };
}

/** CodeDeploy's deployments of all models, the newest first. */
export async function codeDeployments(host: CloudHost): Promise<CodeDeployment[]> {
  const { deployments } = await host.call<{ deployments: string[] }>(
    'codedeploy',
    'ListDeployments',
    {},
  );
  return await Promise.all(
    deployments.map(async (deploymentId) => {
      const { deploymentInfo } = await host.call<{ deploymentInfo: CodeDeployment }>(
        'codedeploy',
        'GetDeployment',
        { deploymentId },
      );
      return deploymentInfo;
    }),
  );
}

/** What the rollouts of a cloud wait for, those of functions and those of endpoints. */
export async function rolloutPhase(host: CloudHost): Promise<RolloutPhase> {
  const all = await codeDeployments(host);
  const active = all.filter(({ completeTime }) => completeTime === undefined);
  const waits = await Promise.all([
    ...active.map(async ({ deploymentId }) => {
      const event = await runningEvent(host, deploymentId);
      return event === 'AllowTraffic';
    }),
    ...(await endpointUpdates(host)).map((stage) => stage === 'Baking'),
  ]);
  if (waits.length > 0) return waits.every(Boolean) ? 'shared' : 'checking';
  const newest = Math.max(...all.map(({ completeTime }) => completeTime?.getTime() ?? 0));
  return host.clock.now() - newest < 30_000 ? 'ended' : 'quiet';
}

async function runningEvent(host: CloudHost, deploymentId: string): Promise<string | undefined> {
  const { targetIds } = await host.call<{ targetIds: string[] }>(
    'codedeploy',
    'ListDeploymentTargets',
    { deploymentId },
  );
  const { deploymentTargets } = await host.call<{
    deploymentTargets: {
      lambdaTarget: { lifecycleEvents: { lifecycleEventName: string; status: string }[] };
    }[];
  }>('codedeploy', 'BatchGetDeploymentTargets', { deploymentId, targetIds });
  const events = deploymentTargets[0]?.lambdaTarget.lifecycleEvents ?? [];
  return events.find(({ status }) => status === 'InProgress')?.lifecycleEventName;
}

/** Of each endpoint that changes, how far its update has come; undefined while it is turned back. */
async function endpointUpdates(host: CloudHost): Promise<(string | undefined)[]> {
  const { Endpoints } = await host.call<{
    Endpoints: { EndpointName: string; EndpointStatus: string }[];
  }>('sagemaker', 'ListEndpoints', { MaxResults: 100 });
  const busy = Endpoints.filter(({ EndpointStatus }) =>
    ['Updating', 'RollingBack'].includes(EndpointStatus),
  );
  return await Promise.all(busy.map(({ EndpointName }) => stageOf(host, EndpointName)));
}

async function stageOf(host: CloudHost, EndpointName: string): Promise<string | undefined> {
  const { EndpointStatus, PendingDeploymentSummary } = await host.call<{
    EndpointStatus: string;
    PendingDeploymentSummary?: {
      ProductionVariants: { VariantStatus?: { Status: string }[] }[];
    };
  }>('sagemaker', 'DescribeEndpoint', { EndpointName });
  if (EndpointStatus !== 'Updating') return undefined;
  return PendingDeploymentSummary?.ProductionVariants[0]?.VariantStatus?.[0]?.Status;
}
