import { Command } from 'commander';
import { type PlaceOptions, withPlaceOptions } from './place-options.ts';

export interface RemoveOptions extends PlaceOptions {
  readonly stage: string;
}

export function removeCommand(): Command {
  return withPlaceOptions(new Command('remove'))
    .description('remove a deployed model whose folder is gone, or that is no longer routed to')
    .argument('<model>', 'the model')
    .option('--stage <name>', 'stage', 'dev')
    .action(async (model: string, options: RemoveOptions) => {
      const { remove } = await import('./release/remove.ts');
      await remove(model, options);
    });
}
