import { styleText } from 'node:util';
import { describeTensor } from '../../lib/model-repository/compatibility.ts';
import { formatProblem, type Problem } from '../../lib/model-repository/problem.ts';
import type { ModelValidation, VersionValidation } from './model-validation.ts';
import { packageLines } from './package-table.ts';

/** What `siskin validate` found. */
export interface Validation {
  readonly folder: string;
  readonly models: readonly ModelValidation[];
  /** Of the repository and of all models. */
  readonly problems: readonly Problem[];
}

/** For people. Colours only where the stream is a terminal. */
export function validationText(
  { folder, models, problems }: Validation,
  stream: NodeJS.WritableStream,
): string {
  const style = (format: 'bold' | 'dim' | 'green' | 'red', text: string) =>
    styleText(format, text, { stream });
  const lines = models.flatMap((model) => {
    const state = model.problems.length === 0 ? style('green', 'ok') : style('red', 'not ok');
    return [
      `${style('bold', model.name)}  ${state}${model.model ? `, live ${model.model.live}` : ''}`,
      ...model.versions.flatMap((version) => versionLines(version).map((line) => `  ${line}`)),
      ...(model.package ? packageLines(model.package).map((line) => `  ${line}`) : []),
      '',
    ];
  });
  for (const problem of problems) lines.push(`${style('red', 'error')} ${formatProblem(problem)}`);
  const checked = `${count(models.length, 'model')} in ${folder}`;
  lines.push(
    problems.length === 0
      ? style('green', `${checked}: no problems`)
      : style('red', `${checked}: ${count(problems.length, 'problem')}`),
  );
  return `${lines.join('\n')}\n`;
}

function versionLines({ version, goldenCases, notes }: VersionValidation): string[] {
  const tensors = (specs: typeof version.inputs) =>
    specs.map((spec) => `${spec.name} ${describeTensor(spec)}`).join(', ') || 'nothing';
  const golden = goldenCases === undefined ? [] : [`  ${count(goldenCases, 'golden case')} run`];
  return [
    `version ${version.version}: ${tensors(version.inputs)} -> ${tensors(version.outputs)}`,
    ...golden,
    ...notes.map((note) => `  note: ${note}`),
  ];
}

/** For machines: one JSON document. */
export function validationJson({ folder, models, problems }: Validation): string {
  const document = {
    ok: problems.length === 0,
    folder,
    models: models.map(({ name, model, versions, package: table }) => ({
      name,
      awsName: model?.awsName,
      live: model?.live,
      versions: versions.map(({ version, goldenCases, notes }) => ({
        version: version.version,
        bytes: version.artifact.bytes,
        digest: version.artifact.digest,
        inputs: version.inputs,
        outputs: version.outputs,
        goldenCases,
        notes,
      })),
      package: table,
    })),
    problems,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
