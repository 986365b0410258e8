import { describe, expect, it } from 'vitest';
import { familiesOf } from '../../../../lib/constructs/batch/families.ts';

describe('The instance families of the workers', () => {
  it('fit the processor that the deployment is built for', () => {
    expect(familiesOf('m', undefined, 'x86_64')).toContain('c7i');
    expect(familiesOf('m', undefined, 'arm64')).toContain('c8g');
  });

  it.each([
    ['x86_64', ['c7i', 'm6a', 'r5dn', 'g4dn', 'inf1']],
    ['arm64', ['c7g', 'm6gd', 'c8gn', 'hpc7g', 'a1']],
  ] as const)('may be on %s: %j', (architecture, families) => {
    expect(familiesOf('m', families, architecture)).toEqual(families);
    const other = architecture === 'arm64' ? 'x86_64' : 'arm64';
    expect(() => familiesOf('m', families, other)).toThrow(`batch.families ${families.join(', ')}`);
  });
});
