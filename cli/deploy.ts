import { Command } from 'commander';
import { type ContextValues, collectContext } from './context-option.ts';
import { positiveNumber } from './option-types.ts';
import { type PlaceOptions, withPlaceOptions } from './place-options.ts';

export interface DeployOptions extends PlaceOptions {
  readonly models?: string;
  readonly stage: string;
  readonly timeScale: number;
  readonly traffic?: number;
  readonly context: ContextValues;
  readonly json?: boolean;
}

export function deployCommand(): Command {
  return withPlaceOptions(new Command('deploy'))
    .description('release every changed model, each watched and rolled back by itself')
    .option(
      '--models <dir>',
      'model repository (default: the one the local cloud was started with, else model-artifacts)',
    )
    .option('--stage <name>', 'stage to deploy to', 'dev')
    .option(
      '--time-scale <n>',
      'local only: how many times faster the rollouts run',
      positiveNumber,
      20,
    )
    .option(
      '--traffic <n>',
      'send golden requests at <n> a second to each model meanwhile',
      positiveNumber,
    )
    .option(
      '-c, --context <key=value>',
      'context for the synthesis, such as rollout=all-at-once',
      collectContext,
      {},
    )
    .option('--json', 'one event a line, for machines')
    .addHelpText(
      'after',
      '\nExit codes: 0 all completed, or nothing to do; 1 something was rolled back; 2 could not try.',
    )
    .action(async (options: DeployOptions) => {
      // What deploys takes two seconds to load; `--help` should not.
      const { deploy } = await import('./release/deploy.ts');
      await deploy(options);
    });
}
