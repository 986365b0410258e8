import { RepositoryError } from '../lib/model-repository/problem.ts';
import { readModelRepository } from '../lib/model-repository/read-model-repository.ts';
import { buildArtifacts } from './artifacts.ts';
import { isOverBudget, packageSizes, sizeTable } from './size-table.ts';

/** `npm run build [-- FOLDER]`: builds everything, says what takes the room, fails over the budget. */
try {
  const repository = readModelRepository(process.argv[2] ?? 'model-artifacts');
  const artifacts = await buildArtifacts(repository);
  for (const { name, bytes } of artifacts.functions.values()) {
    console.log(`functions/${name}: ${(bytes / 1024).toFixed(1)} KB`);
  }
  const sizes = packageSizes(repository, artifacts);
  for (const line of sizeTable(sizes)) console.log(line);
  const over = sizes.filter(isOverBudget);
  for (const { model } of over) console.error(`${model}: over Lambda's limit of 250 MB unzipped`);
  process.exitCode = over.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof RepositoryError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
