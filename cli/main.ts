import { styleText } from 'node:util';
import { type Command, CommanderError } from 'commander';
import { RepositoryError } from '../lib/model-repository/problem.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { program } from './program.ts';

/** Runs one command. Expected failures are a message and an exit code; all others keep their stack. */
export async function main(argv: readonly string[]): Promise<void> {
  const root = program();
  // Commander would end the process itself, and with the code that says "the answer is no".
  for (const command of everyCommand(root)) command.exitOverride();
  try {
    await root.parseAsync(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Commander has printed its message already.
    if (error instanceof CommanderError) return;
    const label = styleText('red', 'error', { stream: process.stderr });
    process.stderr.write(`${label} ${(error as Error).message}\n`);
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.done : exitCodes.couldNotTry;
  }
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof RepositoryError) return exitCodes.no;
  throw error;
}
