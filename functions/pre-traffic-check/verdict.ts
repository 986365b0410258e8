import type { HttpSend } from '../../serving/aws/http-send.ts';
import type { SignedCall } from '../../serving/aws/signed-call.ts';

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

/** Both ways to report; the signal ends one that nobody takes. */
export interface ReportOptions {
  readonly call: SignedCall;
  readonly send: HttpSend;
  readonly signal: AbortSignal;
}

export function createReport({ call, send, signal }: ReportOptions): Report {
  return async (event, failures) => {
    if (!isHook(event)) {
      await answerCloudFormation(event, failures, { send, signal });
      return;
    }
    await call({
      service: 'codedeploy',
      operation: 'PutLifecycleEventHookExecutionStatus',
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
      },
      body: JSON.stringify({
        deploymentId: event.DeploymentId,
        lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
        status: failures.length === 0 ? 'Succeeded' : 'Failed',
      }),
      signal,
    });
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
  { send, signal }: Pick<ReportOptions, 'send' | 'signal'>,
): Promise<void> {
  const answer = await send(event.ResponseURL, {
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
    signal,
  });
  if (answer.status >= 300)
    throw new Error(`CloudFormation did not take the answer: ${answer.status}`);
}
