import { describe, expect, it } from 'vitest';
import { withResults } from '../../../bench/report/document.ts';

const begin = '<!-- begin: written by npm run bench -->';
const end = '<!-- end: written by npm run bench -->';

describe('The performance document', () => {
  it('keeps everything outside the markers', () => {
    const document = `# Title\n\n${begin}\nold\n${end}\n\nAfter.\n`;
    expect(withResults(document, { scenarios: {} })).toBe(
      `# Title\n\n${begin}\n\n\n\n${end}\n\nAfter.\n`,
    );
  });

  it('is not written without its markers', () => {
    expect(() => withResults(`# Title ${end} ${begin}`, { scenarios: {} })).toThrow('must hold');
  });
});
