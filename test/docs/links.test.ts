import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  anchorsOf,
  type Document,
  linksOf,
  readDocument,
  readDocuments,
  root,
} from './markdown.ts';

const documents = readDocuments();

describe('The documents', () => {
  it('link to files that exist, and to headings that exist in them', () => {
    const broken = documents.flatMap((document) =>
      linksOf(document)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => ({ link, problem: problemOf(document.path, link) }))
        .filter(({ problem }) => problem !== undefined)
        .map(({ link, problem }) => `${document.path}: ${link} ${problem}`),
    );
    expect(broken).toEqual([]);
  });

  it('are all within reach of the README', () => {
    const linked = new Set(linksOf(readDocument('README.md')).map((link) => link.split('#')[0]));
    const pages = documents.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(pages.filter((path) => !linked.has(path))).toEqual([]);
  });

  it('name no file in backticks that does not exist', () => {
    const rooms =
      /^(bench|bin|build|cli|demo|docs|functions|lib|local|schemas|serving|test|training)\//;
    const missing = documents.flatMap((document) =>
      pathsIn(document)
        .filter((path) => rooms.test(path) && !existsSync(join(root, path)))
        .map((path) => `${document.path}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

/** What is in backticks and looks like a path, without placeholders. */
function pathsIn({ text }: Document): string[] {
  const spans = text.replaceAll(/^( *)```[\s\S]*?^\1```[ \t]*$/gm, '').matchAll(/`([^`\n]+)`/g);
  return [...spans].map((match) => match[1] as string).filter((span) => /^[\w./-]+$/.test(span));
}

function problemOf(from: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (path.startsWith('..')) return 'leaves the repository';
  if (!existsSync(join(root, path))) return 'does not exist';
  if (anchor === undefined) return undefined;
  return anchorsOf(readDocument(path)).has(anchor) ? undefined : 'has no such heading';
}
