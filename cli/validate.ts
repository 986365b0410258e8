import { Command } from 'commander';
import { buildArtifacts } from '../build/artifacts.ts';
import { defaultOutDir } from '../build/project.ts';
import { formatProblem } from '../lib/model-repository/problem.ts';
import { inspectModelRepository } from '../lib/model-repository/read-model-repository.ts';
import { requireModel } from './chosen-models.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { type ModelValidation, validateModel } from './validation/model-validation.ts';
import { type Validation, validationJson, validationText } from './validation/report.ts';
import { settingsOf, settingsText } from './validation/settings.ts';

interface ValidateOptions {
  readonly models: string;
  readonly show?: string;
  readonly json?: boolean;
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('check models and their configuration, and say everything that is wrong')
    .argument('[model]', 'check this model only')
    .option('--models <dir>', 'model repository', 'model-artifacts')
    .option(
      '--show <model>',
      "print a model's effective configuration and where each value is from",
    )
    .option('--json', 'print one JSON document')
    .action(async (model: string | undefined, options: ValidateOptions) => {
      if (options.show !== undefined) return show(options.show, options, process.stdout);
      const validation = await validate(options.models, model);
      process.stdout.write(
        options.json ? validationJson(validation) : validationText(validation, process.stdout),
      );
      if (validation.problems.length > 0) process.exitCode = exitCodes.no;
    });
}

/** Checks a repository, or one model of it. Builds what the package table measures into `outDir`. */
export async function validate(
  folder: string,
  only?: string,
  outDir = defaultOutDir(),
): Promise<Validation> {
  requireModel(folder, only);
  const inspection = inspectModelRepository(folder, only);
  const sound = inspection.models.flatMap(({ model }) => (model === undefined ? [] : [model]));
  const artifacts = await buildArtifacts({ folder, models: sound }, { outDir });
  const models: ModelValidation[] = [];
  for (const reading of inspection.models) models.push(await validateModel(reading, artifacts));
  const problems = [...inspection.problems, ...models.flatMap((model) => model.problems)];
  return { folder, models, problems };
}

function show(name: string, { models, json }: ValidateOptions, out: NodeJS.WritableStream): void {
  requireModel(models, name);
  const [reading] = inspectModelRepository(models, name).models;
  if (reading?.model === undefined) {
    throw new CommandError((reading?.problems ?? []).map(formatProblem).join('\n'), exitCodes.no);
  }
  const settings = settingsOf(reading.model);
  out.write(json ? `${JSON.stringify(settings, undefined, 2)}\n` : settingsText(settings));
}
