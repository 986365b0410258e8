import { styleText } from 'node:util';
import { RepositoryError } from '../lib/model-repository/problem.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { program } from './program.ts';

/** Runs one command. Expected failures are a message and an exit code; all others keep their stack. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) throw error;
    const label = styleText('red', 'error', { stream: process.stderr });
    process.stderr.write(`${label} ${(error as Error).message}\n`);
    process.exitCode = exitCode;
  }
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof CommandError) return error.exitCode;
  return error instanceof RepositoryError ? exitCodes.no : undefined;
}
