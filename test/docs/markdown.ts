import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, '../..');

/** A Markdown file of the repository. */
export interface Document {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** What the fence says after the language. */
  readonly kind: string;
  readonly text: string;
}

/** Folders that hold what was made or installed, not written. */
const made = new Set(['node_modules', 'dist', 'cdk.out', 'coverage']);

/** Every Markdown file that we wrote. */
export function readDocuments(folder = root): Document[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.') && !made.has(entry.name)) {
      return readDocuments(path);
    }
    if (!entry.isFile() || !entry.name.endsWith('.md')) return [];
    return [readDocument(relative(root, path).split('\\').join('/'))];
  });
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

export function codeBlocks({ path, text }: Document): CodeBlock[] {
  const found = text.matchAll(/^( *)```(\S*)[ \t]*(.*)\n([\s\S]*?)^\1```[ \t]*$/gm);
  return [...found].map((match) => ({
    document: path,
    line: text.slice(0, match.index).split('\n').length,
    language: match[2] as string,
    kind: (match[3] as string).trim(),
    text: match[4] as string,
  }));
}

/** The document without its blocks of code, for what must not be found in them. */
export function prose({ text }: Document): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```[ \t]*$/gm, '').replaceAll(/`[^`\n]*`/g, '``');
}

/** The rows of the one table whose header begins with these columns, cell by cell. */
export function tableRows({ path, text }: Document, ...columns: string[]): string[][] {
  const lines = text.split('\n');
  const headers = lines.flatMap((line, at) => {
    const found = cells(line);
    return columns.every((column, index) => found[index] === column) ? [at] : [];
  });
  const [header, second] = headers;
  if (header === undefined || second !== undefined) {
    throw new Error(
      `${path} has ${headers.length} tables of ${columns.join(', ')}; it must be one`,
    );
  }
  const rows: string[][] = [];
  for (const line of lines.slice(header + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(cells(line));
  }
  return rows;
}

/** What stands in backticks in a cell. */
export function codeIn(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
}

function cells(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .replaceAll('\\|', '\u0000')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('\u0000', '|').trim());
}

/** The anchors that a Markdown file offers, as GitHub makes them of headings. */
export function anchorsOf(document: Document): Set<string> {
  const seen = new Map<string, number>();
  const withoutCode = document.text.replaceAll(/^( *)```[\s\S]*?^\1```[ \t]*$/gm, '');
  const anchors = [...withoutCode.matchAll(/^#{1,6} +(.+?)[ \t]*$/gm)].map((match) => {
    const base = slug(match[1] as string);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  });
  return new Set(anchors);
}

function slug(heading: string): string {
  return heading
    .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Targets of links and images, but for those in code. */
export function linksOf(document: Document): string[] {
  const text = prose(document);
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const references = [...text.matchAll(/^\[[^\]]+\]: *(\S+)/gm)];
  return [...inline, ...references].map((match) => match[1] as string);
}
