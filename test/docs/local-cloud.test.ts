import { describe, expect, it } from 'vitest';
import { ignoredTypes } from '../../local/assembly/ignored-types.ts';
import { registry } from '../../local/providers/registry.ts';
import { codeIn, readDocument, tableRows } from './markdown.ts';

const page = readDocument('docs/local-cloud.md');

describe('The page about the local cloud', () => {
  it('says of every service what is faithful and what is not', () => {
    const rows = tableRows(page, 'Service', 'As in AWS', 'Not as in AWS');
    expect(rows.flatMap(([service]) => codeIn(service)).sort()).toEqual(
      Object.keys(registry).sort(),
    );
    expect(rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
  });

  it('says of every ignored resource type why nothing is missed', () => {
    const rows = tableRows(page, 'Resource type', 'Why nothing is missed');
    expect(Object.fromEntries(rows.map(([type, why]) => [codeIn(type)[0], why]))).toEqual(
      Object.fromEntries(Object.entries(ignoredTypes).map(([type, why]) => [type, `It ${why}`])),
    );
  });
});
