import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { findApiAccess } from '../cloud/api-access.ts';
import { CloudTempo } from '../cloud/cloud-tempo.ts';
import { openPlace, type Place } from '../cloud/place.ts';
import { releaseReaderOf } from '../cloud/release-reader.ts';
import { servedModels } from '../cloud/served-models.ts';
import { StackDeployer } from '../cloud/stack-deployer.ts';
import { Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { DeployOptions } from '../deploy.ts';
import { synthesize } from '../synthesis.ts';
import type { Tell } from './events.ts';
import { GeneratedTraffic } from './generated-traffic.ts';
import { deployShared, type ReleaseResult, release } from './release.ts';
import type { ReleaseTools } from './release-model.ts';
import { isNothing, planRelease, type ReleasePlan } from './release-plan.ts';
import { humanTeller, jsonTeller } from './storyteller.ts';
import { inWords } from './target-change.ts';

/** `siskin deploy`: tells its story on stdout and sets the exit code. */
export async function deploy(options: DeployOptions): Promise<void> {
  const tell = options.json ? jsonTeller(process.stdout) : humanTeller(process.stdout);
  try {
    process.exitCode = await deployTo(options, tell);
  } catch (error) {
    throw new CommandError((error as Error).message, exitCodes.couldNotTry);
  } finally {
    // What the toolkit still tries against a cloud that has gone must not keep the process for minutes.
    setTimeout(() => process.exit(), 1000).unref();
  }
}

/** Deploys what differs and tells each step; gives the exit code. Throws when it could not try. */
export async function deployTo(options: DeployOptions, tell: Tell): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'siskin-deploy-'));
  try {
    return await deployFrom(options, folder, tell);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function deployFrom(options: DeployOptions, folder: string, tell: Tell): Promise<number> {
  const place = await openPlace(options);
  const models = resolve(options.models ?? (await servedModels(place)) ?? 'model-artifacts');
  const repository = readModelRepository(models);
  const context = {
    ...options.context,
    models,
    stage: options.stage,
    ...(place.local && { validate: false, quotaRaised: true }),
  };
  const assembly = join(folder, 'cdk.out');
  await synthesize({ outdir: assembly, context });
  const stacks = new Stacks(options.stage);
  await refuseSecondDeploy(stacks);
  const plan = await planRelease(stacks, assembly, repository.models);
  tellPlan(plan, tell);
  if (plan.retargeted.length > 0) {
    throw new CommandError(inWords(plan.retargeted), exitCodes.couldNotTry);
  }
  if (isNothing(plan)) {
    tell({ event: 'done', exitCode: exitCodes.done, completed: [], rolledBack: [], failed: [] });
    return exitCodes.done;
  }
  return await carryOut(plan, { options, place, stacks, assembly, context, tell });
}

interface Work {
  readonly options: DeployOptions;
  readonly place: Place;
  readonly stacks: Stacks;
  readonly assembly: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly tell: Tell;
}

async function carryOut(plan: ReleasePlan, work: Work): Promise<number> {
  const { options, place, stacks, tell } = work;
  const tools: ReleaseTools = {
    deployer: new StackDeployer(place, work.assembly),
    readerOf: ({ model, stackName }) => releaseReaderOf(stacks, stackName, model.name),
    statusOf: async (stackName) => (await stacks.find(stackName))?.StackStatus,
    tell,
    lookEveryMs: place.local ? 500 : 5000,
  };
  const deployApi = async (without: readonly string[]) => {
    if (without.length === 0) return await deployShared(stacks.apiName, tools);
    const assembly = `${work.assembly}-without`;
    await synthesize({
      outdir: assembly,
      context: { ...work.context, without: without.join(',') },
    });
    await deployShared(stacks.apiName, { ...tools, deployer: new StackDeployer(place, assembly) });
  };
  const tempo = place.local ? await CloudTempo.set(options.timeScale) : undefined;
  const traffic = options.traffic
    ? GeneratedTraffic.start(await findApiAccess(place, stacks), plan.changed, options.traffic)
    : undefined;
  try {
    const { completed, rolledBack, failed } = await release(plan, stacks, tools, deployApi);
    for (const [model, figures] of (await traffic?.stop()) ?? [])
      tell({ event: 'traffic', model, ...figures });
    const exitCode = exitCodeOf({ rolledBack, failed });
    tell({ event: 'done', exitCode, completed, rolledBack, failed });
    return exitCode;
  } finally {
    await traffic?.stop();
    await tempo?.restore();
  }
}

function exitCodeOf({ rolledBack, failed }: Pick<ReleaseResult, 'rolledBack' | 'failed'>): number {
  if (failed.length > 0) return exitCodes.couldNotTry;
  return rolledBack.length > 0 ? exitCodes.no : exitCodes.done;
}

/** Two deploys would fight over the same aliases. */
async function refuseSecondDeploy(stacks: Stacks): Promise<void> {
  for (const [name, stack] of await stacks.list()) {
    if (!stack.StackStatus?.endsWith('_IN_PROGRESS')) continue;
    if (stack.StackStatus === 'REVIEW_IN_PROGRESS') continue; // an abandoned change set
    throw new CommandError(
      `A deploy is already running: ${name} is ${stack.StackStatus}. Wait for it to end, then try again.`,
      exitCodes.couldNotTry,
    );
  }
}

function tellPlan(plan: ReleasePlan, tell: Tell): void {
  const names = (stacks: ReleasePlan['changed']) => stacks.map(({ model }) => model.name);
  tell({
    event: 'plan',
    create: names(plan.created),
    release: names(plan.changed),
    unchanged: names(plan.unchanged),
    remove: plan.gone,
    platform: plan.platform,
    api: plan.api,
  });
}
