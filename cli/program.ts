import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../build/project.ts';
import { batchCommand } from './batch.ts';
import { deployCommand } from './deploy.ts';
import { devCommand } from './dev.ts';
import { initCommand } from './init.ts';
import { planCommand } from './plan.ts';
import { profileCommand } from './profile.ts';
import { removeCommand } from './remove.ts';
import { statusCommand } from './status.ts';
import { validateCommand } from './validate.ts';

/** The command line: every command, listed. */
export function program(): Command {
  const { version, description } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  // Positional: else the program's --version would hide that of a command, a model's version.
  return new Command('siskin')
    .description(description)
    .version(version)
    .enablePositionalOptions()
    .addCommand(initCommand())
    .addCommand(devCommand())
    .addCommand(validateCommand())
    .addCommand(planCommand())
    .addCommand(profileCommand())
    .addCommand(deployCommand())
    .addCommand(statusCommand())
    .addCommand(removeCommand())
    .addCommand(batchCommand());
}
