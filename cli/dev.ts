import { Command } from 'commander';
import { wholeNumber } from './option-types.ts';

export interface DevOptions {
  readonly models: string;
  readonly port: number;
  readonly state?: string;
  readonly apiKey: string;
}

export function devCommand(): Command {
  return new Command('dev')
    .description('run the synthesized app on this machine, with neither AWS nor Docker')
    .option('--models <dir>', 'model repository', 'model-artifacts')
    .option('--port <n>', 'port on loopback; 0 for any free one', wholeNumber(0, 65_535), 8080)
    .option(
      '--state <dir>',
      'what the local cloud keeps (default: below .siskin, one folder for each model repository)',
    )
    .option('--api-key <key>', 'API key that callers send', 'local')
    .addHelpText('after', '\nExit codes: 0 stopped by Ctrl-C; 1 it could not start.')
    .action(async (options: DevOptions) => {
      const { dev } = await import('./dev/dev.ts');
      await dev(options);
    });
}
