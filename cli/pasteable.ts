/** Commands that texts for people name, with the npm script that a checkout has for each. */
const commands = {
  dev: { script: 'npm start', command: 'npx siskin dev' },
  'deploy --local': { script: 'npm run deploy:local', command: 'npx siskin deploy --local' },
} as const;

/**
 * A command as this user types it: the npm script for one who came by an npm script, `npx siskin` for
 * all others, whose project may have no such script.
 */
export function pasteable(
  name: keyof typeof commands,
  options = '',
  npmCommand: string | undefined = process.env.npm_command,
): string {
  const { script, command } = commands[name];
  const isScript = npmCommand !== undefined && npmCommand !== 'exec';
  if (!options) return isScript ? script : command;
  return isScript ? `${script} -- ${options}` : `${command} ${options}`;
}
