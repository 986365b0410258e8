import { describe, expect, it } from 'vitest';
import {
  type CustomResourceEvent,
  createReport,
  type HookEvent,
} from '../../../functions/pre-traffic-check/verdict.ts';
import type { HttpMessage } from '../../../serving/aws/http-send.ts';
import type { AwsCall } from '../../../serving/aws/signed-call.ts';

const hook: HookEvent = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' };
const resource: CustomResourceEvent = {
  RequestType: 'Create',
  ResponseURL: 'https://answer/signed',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'First',
};

function prepare(status = 200) {
  const calls: AwsCall[] = [];
  const answers: { url: string; message: HttpMessage; body: Record<string, string> }[] = [];
  const { signal } = new AbortController();
  const reply = { status, headers: {}, body: Buffer.from('{}') };
  const report = createReport({
    call: async (call) => {
      calls.push(call);
      return reply;
    },
    send: async (url, message) => {
      answers.push({ url, message, body: JSON.parse(String(message.body)) });
      return reply;
    },
    signal,
  });
  return { report, calls, answers };
}

describe('The verdict', () => {
  it.each([
    [[], 'Succeeded'],
    [['too slow'], 'Failed'],
  ])('of %j goes to CodeDeploy as %s', async (failures, status) => {
    const { report, calls } = prepare();
    await report(hook, failures);
    expect(calls).toMatchObject([
      {
        service: 'codedeploy',
        headers: {
          'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
        },
      },
    ]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      deploymentId: 'd-1',
      lifecycleEventHookExecutionId: 'e-1',
      status,
    });
  });

  it('goes to CloudFormation with its reason, without a content type that the URL is not signed for', async () => {
    const { report, answers } = prepare();
    await report(resource, ['too slow', 'wrong']);
    const [answer] = answers;
    expect(answer?.url).toBe('https://answer/signed');
    expect(answer?.message).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
    expect(answer?.body).toEqual({
      Status: 'FAILED',
      Reason: 'too slow; wrong',
      PhysicalResourceId: 'first-deployment-check',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'First',
    });
  });

  it('keeps the physical id that a resource has: another one would be a replacement', async () => {
    const { report, answers } = prepare();
    await report({ ...resource, RequestType: 'Delete', PhysicalResourceId: 'given' }, []);
    expect(answers[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'given' });
  });

  it('fails when CloudFormation does not take the answer', async () => {
    const { report } = prepare(403);
    await expect(report(resource, [])).rejects.toThrow(/did not take the answer: 403/);
  });
});
