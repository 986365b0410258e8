import { describe, expect, it } from 'vitest';
import { type Judge, judge } from '../../../functions/pre-traffic-check/judge.ts';
import type {
  CheckEvent,
  CustomResourceEvent,
} from '../../../functions/pre-traffic-check/verdict.ts';

const hook: CheckEvent = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' };
const resource = (RequestType: CustomResourceEvent['RequestType']): CheckEvent => ({
  RequestType,
  ResponseURL: 'https://answer',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'First',
});

function prepare(check: Judge['check'], deadline = new AbortController().signal) {
  const reports: (readonly string[])[] = [];
  const entries: Record<string, unknown>[] = [];
  const given: Judge = {
    check,
    deadline,
    report: async (_event, failures) => {
      reports.push(failures);
    },
    log: (entry) => entries.push(entry),
  };
  return { given, reports, entries };
}

describe('The judge', () => {
  it('reports what the check found', async () => {
    const { given, reports, entries } = prepare(async () => ['too slow']);
    await judge(hook, given);
    expect(reports).toEqual([['too slow']]);
    expect(entries).toMatchObject([
      { level: 'ERROR', message: 'The check failed', deploymentId: 'd-1', failures: ['too slow'] },
    ]);
  });

  it('reports a failure when the check throws', async () => {
    const { given, reports } = prepare(async () => {
      throw new Error('no such function');
    });
    await judge(hook, given);
    expect(reports).toEqual([['the check itself failed: no such function']]);
  });

  it('reports a failure when time runs out, before or during the check', async () => {
    const never = () => new Promise<string[]>(() => {});
    const controller = new AbortController();
    const { given, reports } = prepare(never, controller.signal);
    const judged = judge(hook, given);
    controller.abort();
    await judged;
    await judge(hook, given);
    expect(reports).toEqual(Array(2).fill(['the check did not end within its time']));
  });

  it('checks a first deployment, and answers updates and deletions at once', async () => {
    const checked: CheckEvent[] = [];
    const { given, reports } = prepare(async (event) => {
      checked.push(event);
      return [];
    });
    for (const type of ['Create', 'Update', 'Delete'] as const) await judge(resource(type), given);
    expect(checked).toEqual([resource('Create')]);
    expect(reports).toEqual([[], [], []]);
  });
});
