import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelSchemaText, withFieldTable } from '../lib/model-repository/model-schema.ts';
import { packageRoot } from './project.ts';

/** Writes what is derived from the schema of model.yaml: the editor's schema and the docs' table. */
const schemaFile = join(packageRoot, 'schemas', 'model.schema.json');
const docsFile = join(packageRoot, 'docs', 'model-yaml.md');

writeFileSync(schemaFile, modelSchemaText());
writeFileSync(docsFile, withFieldTable(readFileSync(docsFile, 'utf8')));
process.stdout.write(`Wrote ${schemaFile}\nWrote ${docsFile}\n`);
