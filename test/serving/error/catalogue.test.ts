import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../../serving/error/catalogue.ts';

const docs = readFileSync(resolve(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

describe('The error catalogue', () => {
  it('is the table in docs/errors.md, line by line', () => {
    const documented = docs
      .split('\n')
      .filter((line) => /^\| `/.test(line) && line.includes('` | '));
    const table = Object.entries(errorCatalogue).map(
      ([code, { status, retryable, sentence }]) =>
        `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${sentence} |`,
    );
    expect(documented).toEqual(table);
  });

  it('tells only those to send the request again whose request was not at fault', () => {
    const retryable = Object.entries(errorCatalogue).filter(([, entry]) => entry.retryable);
    expect(retryable.map(([, { status }]) => status)).toEqual([408, 503, 504]);
  });
});
