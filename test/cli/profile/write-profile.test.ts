import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeProfile } from '../../../cli/profile/write-profile.ts';
import { readProfileFile } from '../../../lib/model-repository/profile-file.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { exampleProfile } from '../../lib/placement/example-facts.ts';

describe('Writing profile.json', () => {
  it('replaces the file and leaves nothing beside it', () => {
    const folder = makeFolder({ 'profile.json': 'old' });
    const file = writeProfile(folder, exampleProfile(1));
    expect(file).toBe(join(folder, 'profile.json'));
    expect(readProfileFile(file)).toEqual({ profile: exampleProfile(1), problems: [] });
    expect(readdirSync(folder)).toEqual(['profile.json']);
  });

  it('leaves the old file alone when it cannot write', () => {
    const folder = makeFolder({ 'profile.json/occupied': '' });
    expect(() => writeProfile(folder, exampleProfile(1))).toThrow();
    expect(readdirSync(folder)).toEqual(['profile.json']);
  });

  it('writes nothing that could not be read', () => {
    const folder = makeFolder();
    expect(() => writeProfile(folder, { ...exampleProfile(1), measured: 'today' })).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});
