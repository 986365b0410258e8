import { Command } from 'commander';

export function initCommand(): Command {
  return new Command('init')
    .description('lay down a starter: an app, a small model, a workflow and a README')
    .argument('[dir]', 'folder of the starter; made when it is not there', '.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done; 2 a file is in the way, and nothing was written. An existing package.json is kept.',
    )
    .action(async (dir: string) => {
      const { init } = await import('./starter/init.ts');
      init(dir, process.stdout);
    });
}
