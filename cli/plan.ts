import { Command, InvalidArgumentError } from 'commander';
import { placementFacts } from '../lib/placement/facts.ts';
import { assumedTraffic, planModel } from '../lib/placement/plan.ts';
import { chosenModels } from './chosen-models.ts';
import { exitCodes } from './command-error.ts';
import { type ModelPlan, planJson, planText } from './plan/report.ts';

interface PlanOptions {
  readonly models: string;
  readonly requestsPerMinute?: number;
  readonly json?: boolean;
}

export function planCommand(): Command {
  return new Command('plan')
    .description('what each model costs a month on Lambda, on SageMaker and in batch jobs')
    .argument('[model]', 'plan this model only')
    .option('--models <dir>', 'model repository', 'model-artifacts')
    .option('--requests-per-minute <n>', 'expected traffic in the mean over a month', rate)
    .option('--json', 'print one JSON document')
    .action((model: string | undefined, options: PlanOptions) => {
      const plans = plan(options.models, model, options.requestsPerMinute);
      process.stdout.write(options.json ? planJson(plans) : planText(plans, process.stdout));
      if (plans.some(isImpossible)) process.exitCode = exitCodes.no;
    });
}

/** Whether nothing that was priced can serve the model. */
function isImpossible({ plan }: ModelPlan): boolean {
  return plan.options.every(({ obstacles }) => obstacles.length > 0);
}

/** Plans every model of a repository or one of it, from files alone. */
export function plan(folder: string, only?: string, requestsPerMinute?: number): ModelPlan[] {
  return chosenModels(folder, only).map((model) => {
    const facts = placementFacts(model);
    const traffic = {
      ...assumedTraffic,
      ...facts.traffic,
      ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    };
    const origin =
      requestsPerMinute !== undefined
        ? '--requests-per-minute'
        : facts.traffic === undefined
          ? 'assumed: model.yaml has no traffic'
          : 'model.yaml';
    const { name, live, config } = model;
    const plan = planModel(facts, traffic, origin);
    return { model: name, live, target: config.target, plan };
  });
}

function rate(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && value <= 10_000_000 && text.trim() !== '') {
    return value;
  }
  throw new InvalidArgumentError('It must be a number from 0 to 10000000.');
}
