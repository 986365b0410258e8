import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Model } from '../../lib/model-repository/model.ts';
import type { Stacks } from '../cloud/stacks.ts';
import { type TargetChange, targetOf } from './target-change.ts';

/** What a deploy will do, found by comparing the assembly with what CloudFormation holds. */
export interface ReleasePlan {
  readonly platform: boolean;
  readonly api: boolean;
  readonly created: readonly ModelStack[];
  readonly changed: readonly ModelStack[];
  readonly unchanged: readonly ModelStack[];
  /** Stacks of models whose folder is gone. */
  readonly gone: readonly string[];
  /** Of the changed ones those that would move between Lambda and SageMaker, which no update can. */
  readonly retargeted: readonly TargetChange[];
}

export interface ModelStack {
  readonly model: Model;
  readonly stackName: string;
}

/** Statuses of a stack whose creation failed: it holds nothing and is made anew. */
const neverCreated = new Set(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS', 'CREATE_FAILED']);

/** True when a stack is there and serves, whatever became of its last update. */
export function isDeployed(stack: Stack | undefined): boolean {
  return stack !== undefined && !neverCreated.has(stack.StackStatus ?? '');
}

export async function planRelease(
  stacks: Stacks,
  assemblyFolder: string,
  models: readonly Model[],
): Promise<ReleasePlan> {
  const deployed = await stacks.list();
  const differs = async (name: string): Promise<boolean> =>
    !isDeployed(deployed.get(name)) ||
    !isDeepStrictEqual(await stacks.template(name), readTemplate(assemblyFolder, name));

  const created: ModelStack[] = [];
  const changed: ModelStack[] = [];
  const unchanged: ModelStack[] = [];
  for (const model of models) {
    const stackName = stacks.modelStackName(model.awsName);
    if (!isDeployed(deployed.get(stackName))) created.push({ model, stackName });
    else if (await differs(stackName)) changed.push({ model, stackName });
    else unchanged.push({ model, stackName });
  }
  const wanted = new Set([...created, ...changed, ...unchanged].map((one) => one.stackName));
  return {
    platform: await differs(stacks.platformName),
    api: await differs(stacks.apiName),
    created,
    changed,
    unchanged,
    gone: [...deployed.keys()].filter((name) => stacks.isModelStack(name) && !wanted.has(name)),
    retargeted: await retargetedAmong(changed, stacks),
  };
}

async function retargetedAmong(
  changed: readonly ModelStack[],
  stacks: Stacks,
): Promise<TargetChange[]> {
  const found: TargetChange[] = [];
  for (const { model, stackName } of changed) {
    const deployed = targetOf(await stacks.template(stackName));
    const wanted = model.config.target;
    if (deployed && deployed !== wanted) found.push({ model: model.name, deployed, wanted });
  }
  return found;
}

export function isNothing(plan: ReleasePlan): boolean {
  return (
    !plan.platform &&
    !plan.api &&
    plan.created.length + plan.changed.length + plan.gone.length === 0
  );
}

function readTemplate(assemblyFolder: string, stackName: string): unknown {
  return JSON.parse(readFileSync(join(assemblyFolder, `${stackName}.template.json`), 'utf8'));
}
