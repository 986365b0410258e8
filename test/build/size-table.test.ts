import { describe, expect, it } from 'vitest';
import { isOverBudget, packageSizes, sizeTable } from '../../build/size-table.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { fakeArtifacts, oneModel, writeRepository } from '../fixtures/inference-app.ts';

const size = { model: 'spam', layer: 46.3e6, code: 50e3, versions: 1.2e6, fromS3: 0 };

describe('The table of sizes', () => {
  it('says what takes the room and how much of the limit that is', () => {
    expect(sizeTable([size])).toEqual([
      'model       layer        code    versions       total    of limit     from S3',
      'spam     46.30 MB     0.05 MB     1.20 MB    47.55 MB        18 %     0.00 MB',
    ]);
  });

  it("is over the budget above Lambda's 250 MB", () => {
    expect(isOverBudget(size)).toBe(false);
    expect(isOverBudget({ ...size, versions: 216e6 })).toBe(true);
  });

  it('counts layer, code and versions of each model', () => {
    const repository = readModelRepository(writeRepository(oneModel));
    const [row] = packageSizes(repository, fakeArtifacts(repository.models));
    expect(row).toMatchObject({ model: 'plus', layer: 46_000_000, fromS3: 0 });
    expect(row?.versions).toBeGreaterThan(50);
  });
});
