import { Command } from 'commander';
import { type PlaceOptions, withPlaceOptions } from './place-options.ts';

export interface StatusOptions extends PlaceOptions {
  readonly stage: string;
  readonly json?: boolean;
}

export function statusCommand(): Command {
  return withPlaceOptions(new Command('status'))
    .description('what serves: alias weights, figures per Lambda version, alarms, the last rollout')
    .argument('[model]', 'only this model')
    .option('--stage <name>', 'stage', 'dev')
    .option('--json', 'one JSON document, for machines')
    .addHelpText(
      'after',
      '\nExit codes: 0 every alarm is quiet; 1 an alarm is raised or a stack failed; 2 could not try.',
    )
    .action(async (model: string | undefined, options: StatusOptions) => {
      const { status } = await import('./release/status.ts');
      await status(model, options);
    });
}
