import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, '../..');

export interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

const roots = [
  'bin',
  'bench',
  'build',
  'cli',
  'demo',
  'functions',
  'lib',
  'local',
  'serving',
  'training',
  'test',
];

/** Every hand-written TypeScript file; generated code and fixtures' outputs are not ours to judge. */
export function readSources(): Source[] {
  return roots.flatMap((folder) => walk(join(root, folder)));
}

function walk(folder: string): Source[] {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a room that is not built yet
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['generated', 'node_modules', 'dist', 'cdk.out'].includes(entry.name)
        ? []
        : walk(path);
    }
    if (!entry.name.endsWith('.ts') || entry.name.endsWith('.d.ts')) return [];
    const text = readFileSync(path, 'utf8');
    return [{ path: relative(root, path), text, lines: text.split('\n').length - 1 }];
  });
}

/** Relative imports of a source, as paths from the root. */
export function importsOf(source: Source): string[] {
  const specifiers = source.text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)|(?:^|\n)\s*import\s+'(\.[^']+)'/g,
  );
  return [...specifiers].map((match) => {
    const specifier = (match[1] ?? match[2] ?? match[3]) as string;
    return relative(root, resolve(root, dirname(source.path), specifier));
  });
}

/** Package imports of a source, such as `onnxruntime-node` or `@aws-sdk/client-s3`. */
export function packagesOf(source: Source): string[] {
  const specifiers = source.text.matchAll(/(?:from\s+|import\(\s*|require\(\s*)'([^'.][^']*)'/g);
  return [...specifiers].map((match) => match[1] as string);
}
