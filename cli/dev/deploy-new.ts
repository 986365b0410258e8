import { availableParallelism } from 'node:os';
import { namesOf } from '../../lib/config/names.ts';
import type { ModelRepository } from '../../lib/model-repository/model.ts';
import { type DeployedStack, deployAssembly } from '../../local/assembly/deploy-assembly.ts';
import { type PlannedStack, planAssembly } from '../../local/assembly/plan-assembly.ts';
import type { LocalCloud } from '../../local/local-cloud.ts';
import { CommandError } from '../command-error.ts';
import type { Progress } from '../progress.ts';
import type { LocalAssembly } from './local-assembly.ts';

export interface StartedStacks {
  /** Models that are deployed in another form than the repository's: a start releases nothing. */
  readonly waiting: readonly string[];
  /** Stacks whose model's folder is gone. */
  readonly gone: readonly string[];
  /** New models that could not be deployed, with the reason. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface StartWork {
  readonly cloud: LocalCloud;
  readonly assembly: LocalAssembly;
  readonly repository: ModelRepository;
  readonly apiKey: string;
  readonly progress: Progress;
}

const names = namesOf('dev');

/** Deploys the stacks that are not there yet, then the API if it has new models to route to. */
export async function deployNew(work: StartWork): Promise<StartedStacks> {
  const { cloud, assembly, progress } = work;
  const plan = await planAssembly(cloud.host, assembly.folder, {
    belongs: (name) => name.startsWith('siskin-dev-'),
  });
  const models = modelsByStack(work.repository);
  const fresh = plan.filter(({ name, change }) => change === 'new' && models.has(name));
  const isFirst = changeOf(plan, names.apiStack) === 'new';

  if (changeOf(plan, names.platformStack) !== 'unchanged') {
    await progress.step('Deploy the platform', () => deployShared(work, names.platformStack));
  }
  const failed =
    fresh.length > 0 ? await deployModels(work, fresh, models) : new Map<string, string>();
  if (failed.size === models.size) throw new CommandError(failureText(failed));
  if (failed.size > 0) await assembly.writeWithout([...failed.keys()]);
  // An unchanged API is deployed too: the key may be another one.
  if (isFirst || fresh.length > failed.size || changeOf(plan, names.apiStack) === 'unchanged') {
    await progress.step('Deploy the API', () => deployShared(work, names.apiStack));
  }
  return {
    waiting: modelsThat('changed', plan, models),
    gone: plan.filter(({ change }) => change === 'gone').map(({ name }) => name),
    failed,
  };
}

async function deployModels(
  { cloud, assembly, progress }: StartWork,
  fresh: readonly PlannedStack[],
  models: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const title = fresh.length === 1 ? 'Deploy 1 model' : `Deploy ${fresh.length} models`;
  const results = await progress.step(title, () =>
    deployAssembly(cloud.host, assembly.folder, {
      stacks: fresh.map(({ name }) => name),
      // Each first deployment starts processes and times an answer: many at once slow each other. One
      // more than there are processors, since each also waits for its disk and its processes.
      concurrency: availableParallelism() + 1,
    }),
  );
  return new Map(
    results
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped')
      .map(({ name, reason }) => [models.get(name) ?? name, reason ?? 'no reason was given']),
  );
}

async function deployShared(
  { cloud, assembly, apiKey }: StartWork,
  stack: string,
): Promise<DeployedStack> {
  const parameters = { [names.apiStack]: { ApiKeyValue: apiKey } };
  const [result] = await deployAssembly(cloud.host, assembly.folder, {
    stacks: [stack],
    parameters,
  });
  if (result && result.outcome !== 'failed' && result.outcome !== 'skipped') return result;
  throw new CommandError(`${stack} could not be deployed: ${result?.reason}`);
}

function failureText(failed: ReadonlyMap<string, string>): string {
  const lines = [...failed].map(([model, reason]) => `  ${model}: ${reason}`);
  return ['No model could be deployed:', ...lines].join('\n');
}

function modelsByStack(repository: ModelRepository): Map<string, string> {
  return new Map(repository.models.map((model) => [names.modelStack(model.awsName), model.name]));
}

function modelsThat(
  change: PlannedStack['change'],
  plan: readonly PlannedStack[],
  models: ReadonlyMap<string, string>,
): string[] {
  return plan
    .filter((stack) => stack.change === change && models.has(stack.name))
    .map(({ name }) => models.get(name) as string);
}

function changeOf(plan: readonly PlannedStack[], name: string): PlannedStack['change'] | undefined {
  return plan.find((stack) => stack.name === name)?.change;
}
