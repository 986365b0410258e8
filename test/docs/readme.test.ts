import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../../cli/program.ts';
import { codeBlocks, codeIn, readDocument, root, tableRows } from './markdown.ts';

const readme = readDocument('README.md');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('The README', () => {
  it('says of every dependency why it is there, and of none that is not', () => {
    const rows = tableRows(readme, 'Dependency', 'Why it is there');
    const stated = rows.flatMap(([names]) => codeIn(names));
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
    const installed = new Set(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})));
    expect(stated.toSorted()).toEqual([...installed].toSorted());
    expect(rows.filter(([, why]) => !why)).toEqual([]);
  });

  it('lists every command: npm scripts and those of siskin', () => {
    const rows = tableRows(readme, 'Command', 'What it does');
    const stated = rows.flatMap(([commands]) => codeIn(commands));
    const scripts = Object.keys(manifest.scripts).map((name) =>
      ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`,
    );
    const commands = program().commands.map((command) => `siskin ${command.name()}`);
    expect(stated.toSorted()).toEqual([...scripts, ...commands].toSorted());
  });

  it('draws folders that exist', () => {
    const tree = codeBlocks(readme).find(({ text }) => text.startsWith('model-artifacts/'));
    const paths: string[] = [];
    for (const line of tree?.text.trimEnd().split('\n') ?? []) {
      const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
      const depth = indent.length / 2;
      paths.splice(depth);
      paths.push(name);
      if (!name.includes('<')) expect(existsSync(join(root, ...paths)), paths.join('')).toBe(true);
    }
  });
});
