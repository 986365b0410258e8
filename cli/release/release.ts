import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import type { Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { createModel, type Outcome, type ReleaseTools, releaseModel } from './release-model.ts';
import type { ModelStack, ReleasePlan } from './release-plan.ts';

export interface ReleaseResult {
  readonly completed: readonly string[];
  readonly rolledBack: readonly string[];
  /** Neither: what became of them is not known, or not in order. */
  readonly failed: readonly string[];
}

/** Models whose stacks are changed at the same time. */
const concurrency = 10;

/**
 * Carries a plan out: platform, then every model independently, then the API, then the stacks of
 * models that are gone. The API comes after the models, so it never routes to what is not there.
 */
export async function release(
  plan: ReleasePlan,
  stacks: Stacks,
  tools: ReleaseTools,
  /** Synthesizes the API without models that could not be created. */
  deployApi: (without: readonly string[]) => Promise<void>,
): Promise<ReleaseResult> {
  if (plan.platform) await deployShared(stacks.platformName, tools);
  const outcomes = await releaseModels(plan, tools);
  const names = (wanted: Outcome) =>
    outcomes.filter(({ outcome }) => outcome === wanted).map(({ target }) => target.model.name);
  const failedToCreate = plan.created
    .filter((target) =>
      outcomes.some((one) => one.target === target && one.outcome !== 'completed'),
    )
    .map((target) => target.model.name);
  if (plan.api) await deployApi(failedToCreate);
  for (const stackName of plan.gone) {
    await removeStack(stackName);
    tools.tell({ event: 'removed', stack: stackName });
  }
  return {
    completed: names('completed'),
    rolledBack: names('rolled-back'),
    failed: names('failed'),
  };
}

/** Deploys the platform or the API; without them nothing else can be deployed. */
export async function deployShared(stackName: string, tools: ReleaseTools): Promise<void> {
  const started = performance.now();
  tools.tell({ event: 'deploying', stack: stackName });
  try {
    await tools.deployer.deploy(stackName);
  } catch (error) {
    const reason = (error as Error).message;
    tools.tell({ event: 'failed', stack: stackName, reason });
    throw new CommandError(`${stackName} could not be deployed: ${reason}`, exitCodes.couldNotTry);
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  tools.tell({ event: 'updated', stack: stackName, seconds });
}

/** Deletes a stack and waits until it is gone. */
export async function removeStack(stackName: string): Promise<void> {
  const client = new CloudFormationClient({});
  await client.send(new DeleteStackCommand({ StackName: stackName }));
  await waitUntilStackDeleteComplete(
    { client, maxWaitTime: 1800, minDelay: 1, maxDelay: 15 },
    { StackName: stackName },
  );
}

async function releaseModels(
  plan: ReleasePlan,
  tools: ReleaseTools,
): Promise<{ target: ModelStack; outcome: Outcome }[]> {
  const work = [
    ...plan.created.map((target) => ({ target, run: createModel })),
    ...plan.changed.map((target) => ({ target, run: releaseModel })),
  ];
  const outcomes: { target: ModelStack; outcome: Outcome }[] = [];
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) {
      outcomes.push({ target: next.target, outcome: await next.run(next.target, tools) });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return outcomes;
}
