import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results, ScenarioResult } from './results.ts';
import { tableOf } from './table.ts';

const file = join(import.meta.dirname, '../../docs/performance.md');
const begin = '<!-- begin: written by npm run bench -->';
const end = '<!-- end: written by npm run bench -->';

/** Puts the last results between the markers of docs/performance.md. */
export function writeDocument(results: Results): void {
  writeFileSync(file, withResults(readFileSync(file, 'utf8'), results));
}

export function withResults(document: string, { scenarios }: Results): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`docs/performance.md must hold "${begin}" and, after it, "${end}"`);
  }
  const parts = Object.values(scenarios).map(partOf);
  return `${document.slice(0, from)}${begin}\n\n${parts.join('\n\n')}\n\n${document.slice(to)}`;
}

function partOf({ title, machine, rows }: ScenarioResult): string {
  const { measuredAt, processor, cores, node, load } = machine;
  const day = measuredAt.slice(0, 10);
  const where = `${cores} cores of ${processor}, Node ${node.slice(1)}`;
  return `### ${title}\n\n${tableOf(rows)}\n\n${day}, on ${where}; load ${load[0]} before and ${load[1]} after.`;
}
