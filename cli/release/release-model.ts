import type { ReleaseReader, RolloutSnapshot } from '../cloud/rollout.ts';
import type { StackDeployer } from '../cloud/stack-deployer.ts';
import type { Tell } from './events.ts';
import { followRollout } from './follow.ts';
import type { ModelStack } from './release-plan.ts';

export type Outcome = 'completed' | 'rolled-back' | 'failed';

export interface ReleaseTools {
  readonly deployer: StackDeployer;
  /** Reader of a deployed model's rollouts; undefined where its stack has none. */
  readonly readerOf: (target: ModelStack) => Promise<ReleaseReader | undefined>;
  /** Status of a stack; undefined when there is none. */
  readonly statusOf: (stackName: string) => Promise<string | undefined>;
  readonly tell: Tell;
  readonly lookEveryMs: number;
}

/** Makes a model's stack for the first time. CodeDeploy shifts nothing then; the stack checks itself. */
export async function createModel(target: ModelStack, tools: ReleaseTools): Promise<Outcome> {
  const started = performance.now();
  const model = target.model.name;
  tools.tell({ event: 'deploying', stack: target.stackName, model });
  try {
    await tools.deployer.deploy(target.stackName);
  } catch (error) {
    return await tellFailure(target, tools, { reason: (error as Error).message, started });
  }
  tools.tell({ event: 'created', model, seconds: secondsSince(started) });
  return 'completed';
}

/** Releases a change of a deployed model and follows its rollout to the end. */
export async function releaseModel(target: ModelStack, tools: ReleaseTools): Promise<Outcome> {
  const started = performance.now();
  const since = new Date();
  const model = target.model.name;
  tools.tell({ event: 'deploying', stack: target.stackName, model });
  const reader = await tools.readerOf(target);
  const before = await reader?.newestDeployment();
  const deployed = tools.deployer.deploy(target.stackName);
  const last = reader
    ? await followRollout(reader, deployed, {
        before,
        since,
        everyMs: tools.lookEveryMs,
        onLook: (snapshot) => tools.tell({ event: 'rollout', model, ...snapshot }),
      })
    : undefined;
  try {
    await deployed;
  } catch (error) {
    const reason =
      last?.status === 'Failed' || last?.status === 'Stopped'
        ? rollbackReason(last)
        : (error as Error).message;
    return await tellFailure(target, tools, { reason, started });
  }
  if (last) tools.tell(await completion(target, last, reader as ReleaseReader, since, started));
  else {
    tools.tell({ event: 'updated', stack: target.stackName, seconds: secondsSince(started) });
  }
  return 'completed';
}

/**
 * Only CloudFormation can say that everything is as it was. A cloud that has gone, credentials that
 * ran out or a rollback that failed leave it open.
 */
async function tellFailure(
  { stackName, model: { name: model } }: ModelStack,
  { tell, statusOf }: ReleaseTools,
  { reason, started }: { readonly reason: string; readonly started: number },
): Promise<Outcome> {
  const status = await statusOf(stackName).catch((error: Error) => error.message);
  if (status?.endsWith('ROLLBACK_COMPLETE')) {
    tell({ event: 'rolled-back', model, reason, seconds: secondsSince(started) });
    return 'rolled-back';
  }
  tell({
    event: 'failed',
    stack: stackName,
    reason: `${reason} (${status ?? 'no stack was made'})`,
  });
  return 'failed';
}

async function completion(
  target: ModelStack,
  last: RolloutSnapshot,
  reader: ReleaseReader,
  since: Date,
  started: number,
) {
  const functionVersion = heaviest(last.weights);
  const requests =
    last.versions[functionVersion]?.requests ??
    (await reader.figures(functionVersion, since)).requests;
  const needed = target.model.config.alarms.minRequests;
  return {
    event: 'completed' as const,
    model: target.model.name,
    functionVersion,
    seconds: secondsSince(started),
    requests,
    needed,
    evidence: requests >= needed,
  };
}

function heaviest(weights: RolloutSnapshot['weights']): string {
  const [version] = Object.entries(weights).sort(([, a], [, b]) => b - a)[0] ?? ['?'];
  return version;
}

/** CodeDeploy's reason, with the alarms that were raised in their own words. */
function rollbackReason(snapshot: RolloutSnapshot): string {
  const raised = snapshot.alarms.filter((alarm) => alarm.state === 'ALARM');
  const alarms = raised.map((alarm) => `${alarm.name}: ${alarm.reason}`).join('; ');
  const hook = snapshot.hook === 'Failed' ? 'the pre-traffic check failed' : '';
  return [hook, snapshot.reason, alarms].filter(Boolean).join('. ') || `${snapshot.status}`;
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}
