import { Command, Option } from 'commander';
import { batchFormats } from '../serving/contract/batch.ts';
import { wholeNumber } from './option-types.ts';
import { type PlaceOptions, withPlaceOptions } from './place-options.ts';

export interface BatchOptions extends PlaceOptions {
  readonly stage: string;
  readonly json?: boolean;
}

export interface BatchRunOptions extends BatchOptions {
  readonly input: string;
  readonly output: string;
  readonly models?: string;
  readonly version?: string;
  readonly format?: (typeof batchFormats)[number];
  readonly key?: string;
  readonly column: readonly string[];
  readonly errorLimit?: number;
  readonly shardBytes?: number;
  readonly partRows?: number;
  readonly challenger?: string;
  readonly label?: string;
  readonly prediction?: string;
  readonly slice: readonly string[];
  readonly spotInterruptions: number;
  readonly killHard: number;
}

export function batchCommand(): Command {
  return new Command('batch')
    .description('predictions for files of any size, on spot capacity')
    .addCommand(runCommand())
    .addCommand(listCommand())
    .addCommand(showCommand());
}

const collect = (value: string, values: readonly string[]) => [...values, value];
const count = wholeNumber(0, 1_000_000_000);

function runCommand(): Command {
  return withBatchOptions(new Command('run'))
    .description('run a job over files; the same command again resumes it')
    .argument('<model>', 'model with a `batch:` block')
    .requiredOption('--input <place>', 'file, folder, s3:// object, or s3:// prefix ending in /')
    .requiredOption('--output <place>', 'folder or s3:// prefix; holds one job')
    .option('--version <n>', 'version of the model (default: the live one)')
    .addOption(
      new Option('--format <name>', 'format of the output (default: as the input)').choices(
        batchFormats,
      ),
    )
    .option('--key <column>', 'column that is carried into the output')
    .option(
      '--column <input=column>',
      'column that fills an input of another name; several by commas, in their order (repeatable)',
      collect,
      [],
    )
    .option(
      '--error-limit <n>',
      "failed rows to bear (default: the model's batch.errorLimit)",
      count,
    )
    .option('--shard-bytes <n>', 'bytes of input that one shard covers', wholeNumber(1, 2 ** 40))
    .option('--part-rows <n>', 'rows of one part of the output', wholeNumber(1, 1_000_000))
    .option('--challenger <version>', 'compare with this version instead of writing predictions')
    .option('--label <column>', 'column with the truth, for --challenger')
    .option('--prediction <output>', 'output to compare with the label (default: the first)')
    .option(
      '--slice <column>',
      'break the comparison down by this column (repeatable)',
      collect,
      [],
    )
    .option('--models <dir>', 'model repository, when --local has to start a cloud')
    .option('--spot-interruptions <n>', 'local only: reclaim workers with notice', count, 0)
    .option('--kill-hard <n>', 'local only: kill workers without notice', count, 0)
    .addHelpText(
      'after',
      '\nExit codes: 0 complete; 1 too many failed rows, or totals that differ; 2 could not start.',
    )
    .action(async (model: string, options: BatchRunOptions) => {
      const { run } = await import('./batch/run.ts');
      await run(model, options);
    });
}

function listCommand(): Command {
  return withBatchOptions(new Command('list'))
    .description('jobs of all models, or of one, the newest first')
    .argument('[model]', 'only this model')
    .action(async (model: string | undefined, options: BatchOptions) => {
      const { list } = await import('./batch/list.ts');
      await list(model, options);
    });
}

function showCommand(): Command {
  return withBatchOptions(new Command('show'))
    .description('one job: its state, and its report once there is one')
    .argument('<model>', 'the model')
    .argument('[job]', 'name of the job, as `siskin batch list` prints it (default: the newest)')
    .action(async (model: string, job: string | undefined, options: BatchOptions) => {
      const { show } = await import('./batch/show.ts');
      await show(model, job, options);
    });
}

function withBatchOptions(command: Command): Command {
  return withPlaceOptions(command)
    .option('--stage <name>', 'stage', 'dev')
    .option('--json', 'JSON, for machines');
}
