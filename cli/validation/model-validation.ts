import { type Artifacts, planModel } from '../../build/artifacts.ts';
import { prepareModel } from '../../build/prepare-model.ts';
import { loadProblems as sizeProblems } from '../../lib/constructs/lambda-model/sizing.ts';
import { compatibilityProblems } from '../../lib/model-repository/compatibility.ts';
import type { Model, ModelVersion } from '../../lib/model-repository/model.ts';
import type { Problem } from '../../lib/model-repository/problem.ts';
import type { ModelReading } from '../../lib/model-repository/read-model.ts';
import { checkGolden } from './golden-check.ts';
import { loadVersion } from './load-check.ts';
import { type PackageTable, packageTable } from './package-table.ts';

/** What was found out about one model. */
export interface ModelValidation {
  readonly name: string;
  readonly model?: Model;
  readonly versions: readonly VersionValidation[];
  readonly package?: PackageTable;
  readonly problems: readonly Problem[];
}

export interface VersionValidation {
  readonly version: ModelVersion;
  /** Golden cases that were run; undefined without a golden.json. */
  readonly goldenCases?: number;
  /** What is no problem and good to know. */
  readonly notes: readonly string[];
}

/** Everything that can be said of a model without deploying it. One session is open at a time. */
export async function validateModel(
  reading: ModelReading,
  artifacts: Artifacts,
): Promise<ModelValidation> {
  const { name, model } = reading;
  const problems = [...reading.problems];
  if (!reading.breaking) problems.push(...compatibilityProblems(reading.versions));
  const versions: VersionValidation[] = [];
  for (const version of reading.versions) {
    const served = prepareModel(version, artifacts.outDir);
    const path = served.files[0]?.source ?? version.artifact.path;
    const { session, problems: unloadable } = await loadVersion(path, version);
    problems.push(...unloadable);
    if (session === undefined) {
      versions.push({ version, notes: notesOn(version) });
      continue;
    }
    try {
      const golden = await checkGolden(version, session);
      problems.push(...golden.problems);
      const { cases: goldenCases } = golden;
      versions.push({ version, notes: notesOn(version), ...(goldenCases ? { goldenCases } : {}) });
    } finally {
      await session.dispose();
    }
  }
  if (model === undefined) return { name, versions, problems };
  // Behind an endpoint no version travels in a function's package.
  if (model.config.target === 'sagemaker') return { name, model, versions, problems };
  const plan = planModel(model, artifacts);
  problems.push(...sizeProblems(model, plan));
  return { name, model, versions, problems, package: packageTable(artifacts, plan, model.live) };
}

function notesOn({ zipMaps, fixedInputs, goldenPath }: ModelVersion): string[] {
  return [
    ...zipMaps.map(
      ({ output, labels }) =>
        `${output}: the ZipMap is cut, the scores are served as FP32 [-1, ${labels.length}] in the order ${labels.join(', ')}`,
    ),
    ...fixedInputs.map(
      (input) => `${input}: has a default in the graph, which callers cannot override`,
    ),
    ...(goldenPath === undefined ? ['no golden.json, so nothing says what it should answer'] : []),
  ];
}
