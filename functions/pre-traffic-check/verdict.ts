import {
  type CodeDeployClient,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';

/** CodeDeploy asks before it shifts traffic. */
export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

/** CloudFormation asks on a first deployment, where CodeDeploy has no part yet. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

export type CheckEvent = HookEvent | CustomResourceEvent;

/** Tells whoever asked what came out; no failures is success. */
export type Report = (event: CheckEvent, failures: readonly string[]) => Promise<void>;

export function createReport(codeDeploy: CodeDeployClient, fetch: typeof globalThis.fetch): Report {
  return async (event, failures) => {
    if (isHook(event)) {
      await codeDeploy.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: event.DeploymentId,
          lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
          status: failures.length === 0 ? 'Succeeded' : 'Failed',
        }),
      );
    } else await answerCloudFormation(event, failures, fetch);
  };
}

export function isHook(event: CheckEvent): event is HookEvent {
  return 'LifecycleEventHookExecutionId' in event;
}

/** CloudFormation shows this much of a reason. */
const longestReason = 1024;

async function answerCloudFormation(
  event: CustomResourceEvent,
  failures: readonly string[],
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const answer = await fetch(event.ResponseURL, {
    method: 'PUT',
    // The URL is signed for a request without a content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: failures.length === 0 ? 'SUCCESS' : 'FAILED',
      Reason: (failures.join('; ') || 'The check passed').slice(0, longestReason),
      PhysicalResourceId: event.PhysicalResourceId ?? 'first-deployment-check',
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  });
  if (!answer.ok) throw new Error(`CloudFormation did not take the answer: ${answer.status}`);
}
