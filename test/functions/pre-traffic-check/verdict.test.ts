import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { describe, expect, it } from 'vitest';
import {
  type CustomResourceEvent,
  createReport,
  type HookEvent,
} from '../../../functions/pre-traffic-check/verdict.ts';

const hook: HookEvent = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' };
const resource: CustomResourceEvent = {
  RequestType: 'Create',
  ResponseURL: 'https://answer/signed',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'First',
};

function prepare(status = 200) {
  const statuses: unknown[] = [];
  const answers: { url: string; init: RequestInit; body: Record<string, string> }[] = [];
  const codeDeploy = {
    send: async ({ input }: { input: unknown }) => statuses.push(input),
  } as unknown as CodeDeployClient;
  const report = createReport(codeDeploy, async (url, init = {}) => {
    answers.push({ url: String(url), init, body: JSON.parse(String(init.body)) });
    return new Response(null, { status });
  });
  return { report, statuses, answers };
}

describe('The verdict', () => {
  it.each([
    [[], 'Succeeded'],
    [['too slow'], 'Failed'],
  ])('of %j goes to CodeDeploy as %s', async (failures, status) => {
    const { report, statuses } = prepare();
    await report(hook, failures);
    expect(statuses).toEqual([
      { deploymentId: 'd-1', lifecycleEventHookExecutionId: 'e-1', status },
    ]);
  });

  it('goes to CloudFormation with its reason, without a content type that the URL is not signed for', async () => {
    const { report, answers } = prepare();
    await report(resource, ['too slow', 'wrong']);
    const [answer] = answers;
    expect(answer?.url).toBe('https://answer/signed');
    expect(answer?.init).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
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
