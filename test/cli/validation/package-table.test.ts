import { describe, expect, it } from 'vitest';
import { packageLines, packageTable } from '../../../cli/validation/package-table.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { fakeArtifacts, oneModel, writeRepository } from '../../fixtures/inference-app.ts';

const served = (version: string, bytes: number) => ({
  version,
  bytes,
  digest: version,
  inputs: [],
  outputs: [],
  files: [],
});

describe('The table of a package', () => {
  const { models } = readModelRepository(writeRepository(oneModel));
  const artifacts = fakeArtifacts(models);
  const optimized = { bytes: 2_000_000, architecture: 'x64', runtime: '1.0.0', files: [] };
  const plan = {
    inside: [{ ...served('2', 1_000_000), optimized }],
    outside: [served('1', 300_000_000)],
  };

  it('counts a version and its optimized form, and not what comes from S3', () => {
    const { rows, bytes } = packageTable(artifacts, plan, '2');
    expect(rows.slice(2)).toEqual([
      { what: 'version 2 (live)', bytes: 1_000_000, from: 'package' },
      { what: 'version 2, optimized', bytes: 2_000_000, from: 'package' },
      { what: 'version 1', bytes: 300_000_000, from: 's3' },
    ]);
    const code = artifacts.functions.get('predict')?.bytes ?? 0;
    expect(bytes).toBe(46_000_000 + code + 3_000_000);
  });

  it('says which version is not in the package', () => {
    expect(packageLines(packageTable(artifacts, plan, '2'))).toContainEqual(
      expect.stringMatching(/^version 1 .* from S3, not in the package$/),
    );
  });
});
