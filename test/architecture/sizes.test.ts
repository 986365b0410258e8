import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources } from './sources.ts';

const maxFileLines = 250;
const maxFunctionLines = 60;
const maxStackLines = 80;

/** Files that may be longer, each with its reason. The list may only shrink. */
const longFiles: Readonly<Record<string, string>> = {};

/** Functions that may be longer, `file:name`, each with its reason. The list may only shrink. */
const longFunctions: Readonly<Record<string, string>> = {};

const vagueNames = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'misc', 'shared'];

const sources = readSources().filter((source) => !source.path.startsWith('test/'));

describe('Sizes and names', () => {
  it(`keeps every file within ${maxFileLines} lines`, () => {
    const tooLong = sources.filter(
      (source) => source.lines > maxFileLines && !(source.path in longFiles),
    );
    expect(tooLong.map((source) => `${source.path}: ${source.lines}`)).toEqual([]);
  });

  it(`keeps every stack within ${maxStackLines} lines, since stacks only place things`, () => {
    const tooLong = sources.filter(
      (source) => source.path.startsWith('lib/stacks/') && source.lines > maxStackLines,
    );
    expect(tooLong.map((source) => `${source.path}: ${source.lines}`)).toEqual([]);
  });

  it(`keeps every function within ${maxFunctionLines} lines`, () => {
    const tooLong = sources.flatMap((source) =>
      functionsOf(source.text)
        .filter(
          ({ name, lines }) =>
            lines > maxFunctionLines && !(`${source.path}:${name}` in longFunctions),
        )
        .map(({ name, lines }) => `${source.path}:${name}: ${lines}`),
    );
    expect(tooLong).toEqual([]);
  });

  it('lists no exception that is not needed any more', () => {
    const needed = new Set(sources.filter((s) => s.lines > maxFileLines).map((s) => s.path));
    expect(Object.keys(longFiles).filter((path) => !needed.has(path))).toEqual([]);
  });

  it('names no file or folder by a word that says nothing', () => {
    const vague = sources.filter((source) =>
      [basename(source.path, '.ts'), ...dirname(source.path).split('/')].some((part) =>
        vagueNames.includes(part),
      ),
    );
    expect(vague.map((source) => source.path)).toEqual([]);
  });
});

/**
 * Functions and methods with their length. The formatter puts a closing brace at the indentation
 * of the line that opened it, so no parser is needed.
 */
function functionsOf(text: string): { name: string; lines: number }[] {
  const lines = text.split('\n');
  const opening =
    /^(\s*)(?:export |default |async |static |public |private |override |get |set |\*)*(?:function\*?\s+)?([\w#$]+)\s*(?:=\s*(?:async\s*)?)?(?:<[^>]*>)?\(.*\{$/;
  return lines.flatMap((line, start) => {
    const match = line.match(opening);
    if (!match || /^\s*(if|for|while|switch|catch|return|describe|it)\b/.test(line)) return [];
    const end = lines.findIndex((other, at) => at > start && other.startsWith(`${match[1]}}`));
    return end < 0 ? [] : [{ name: match[2] as string, lines: end - start + 1 }];
  });
}
