import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CommandError, exitCodes } from '../command-error.ts';
import { type StarterFile, starterFiles } from './starter-files.ts';

/** `siskin init`: writes all files of the starter, or none. */
export function init(dir: string, out: NodeJS.WritableStream): void {
  const folder = resolve(dir);
  const all = starterFiles(basename(folder));
  const isThere = ({ path }: StarterFile) => existsSync(join(folder, path));
  // Whoever installed siskin here has a package.json because of it.
  const keepsPackage = all.some((file) => file.path === 'package.json' && isThere(file));
  const files = all.filter(({ path }) => !(keepsPackage && path === 'package.json'));
  refuse(folder, files.filter(isThere));
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  out.write(writtenText(folder, files, keepsPackage));
}

function refuse(folder: string, inTheWay: readonly StarterFile[]): void {
  if (inTheWay.length === 0) return;
  const lines = inTheWay.map(({ path }) => `  ${path}`);
  throw new CommandError(
    [
      `Nothing was written: ${folder} already holds files that the starter would write.`,
      ...lines,
      'Move them away, or name another folder: npx siskin init <dir>.',
    ].join('\n'),
    exitCodes.couldNotTry,
  );
}

function writtenText(folder: string, files: readonly StarterFile[], keepsPackage: boolean): string {
  const place = relative('', folder);
  const steps = [
    ...(place ? [`cd ${place}`] : []),
    ...(keepsPackage ? [] : ['npm install']),
    'npx siskin dev',
  ];
  return [
    `Wrote the starter to ${folder}:`,
    ...files.map(({ path }) => `  ${path}`),
    ...(keepsPackage ? ['Your package.json is left as it is.'] : []),
    '',
    'What to do next:',
    ...steps.map((step) => `  ${step}`),
    '',
  ].join('\n');
}
