import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stageCataloguePackage } from '../../build/catalogue-package.ts';
import { bundleOf } from '../../build/functions.ts';
import { fakeArtifacts } from '../fixtures/inference-app.ts';

describe('The package of the catalogue', () => {
  it('holds the list of models, the public document and its page', () => {
    const outDir = mkdtempSync(join(tmpdir(), 'siskin-catalogue-'));
    const catalogue = { stage: 'dev', models: [{ name: 'plus', live: '1', versions: ['1'] }] };
    const { folder } = stageCataloguePackage(
      {
        bundle: bundleOf(fakeArtifacts([]).functions, 'catalogue'),
        catalogue,
        openapi: { openapi: '3.0.3' },
      },
      outDir,
    );
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    expect(JSON.parse(read('catalogue.json'))).toEqual(catalogue);
    expect(JSON.parse(read('openapi.json'))).toEqual({ openapi: '3.0.3' });
    expect(read('docs.html')).toMatch(/^<!doctype html>/);
  });
});
