import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelSchemaText, withFieldTable } from '../../../lib/model-repository/model-schema.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('What is generated from the schema of model.yaml', () => {
  it('has a current schema for editors (else: npm run generate)', () => {
    expect(read('schemas/model.schema.json')).toBe(modelSchemaText());
  });

  it('has a current table in the docs (else: npm run generate)', () => {
    const docs = read('docs/model-yaml.md');
    expect(withFieldTable(docs)).toBe(docs);
  });

  it('describes every field', () => {
    const { properties } = JSON.parse(modelSchemaText());
    for (const [name, field] of Object.entries(properties)) {
      expect(field, name).toHaveProperty('description');
    }
  });
});
