import { readFileSync } from 'node:fs';
import { env } from 'onnxruntime-node';
import type { ModelVersion } from '../../lib/model-repository/model.ts';
import { decodeOnnx } from '../../lib/model-repository/onnx/onnx-model.ts';
import type { Problem } from '../../lib/model-repository/problem.ts';
import { createOnnxEngine } from '../../serving/engine/onnx-engine.ts';
import type { Session } from '../../serving/engine/port.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { unknownOperators } from './operators.ts';

/** A version that is loaded, or why it cannot be. Whoever gets a session disposes of it. */
export type Loading =
  | { readonly session: Session; readonly problems: readonly [] }
  | { readonly session?: undefined; readonly problems: readonly Problem[] };

/** Loads a version as its function will. `path` is the file that is served. */
export async function loadVersion(path: string, version: ModelVersion): Promise<Loading> {
  try {
    const session = await createOnnxEngine({ threads: 1 }).load(path, version);
    return { session, problems: [] };
  } catch (error) {
    if (!(error instanceof SiskinError)) throw error;
    const refusal = error.cause instanceof Error ? error.cause.message : error.message;
    return { problems: await refusalProblems(refusal, path, version.artifact.path) };
  }
}

async function refusalProblems(refusal: string, path: string, file: string): Promise<Problem[]> {
  const known = explain(refusal);
  if (known !== undefined) return [{ file, ...known }];
  const operators = await unknownOperators(decodeOnnx(readFileSync(path)));
  if (operators.length > 0) {
    return operators.map(({ domain, type, version, nodes }) => ({
      file,
      field: `operator ${domain}:${type}`,
      seen: `${version === undefined ? 'no version' : `version ${version}`}, ${count(nodes, 'node')}`,
      problem: `is unknown to ${runtime}`,
      fix: 'Export with another opset version if the operator is a standard one; else express it with standard operators',
    }));
  }
  const problem = `does not load in ${runtime}: ${tidy(refusal)}`;
  return [{ file, problem, fix: 'Check it with onnx.checker.check_model, and export it again' }];
}

/** The version whose binary the layer carries. */
const runtime = `onnxruntime ${env.versions.node}`;

type Explanation = Omit<Problem, 'file'>;

/** onnxruntime's refusals that say more to their reader when put in our words. */
const refusals: readonly {
  readonly pattern: RegExp;
  readonly explain: (...groups: string[]) => Explanation;
}[] = [
  {
    pattern: /Opset (\d+) is under development.* for domain (\S+) is till opset (\d+)/s,
    explain: (seen = '', domain = '', newest = '') => ({
      field: `opset ${domain}`,
      seen,
      problem: `is newer than ${newest}, the newest that ${runtime} supports`,
      fix: `Export with opset version ${newest} or lower`,
    }),
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    explain: (seen = '', newest = '') => ({
      field: 'IR version',
      seen,
      problem: `is newer than ${newest}, the newest that ${runtime} supports`,
      fix: `Export with an older onnx package, or set model.ir_version = ${newest} and save`,
    }),
  },
  {
    pattern: /Could not find an implementation for (\w+)\((\d+)\)/,
    explain: (type = '', version = '') => ({
      field: `operator ${type}`,
      seen: `version ${version}`,
      problem: `has no implementation for its data types in ${runtime}`,
      fix: 'Cast its inputs to a common type such as float inside the graph',
    }),
  },
];

function explain(refusal: string): Explanation | undefined {
  for (const { pattern, explain } of refusals) {
    const match = refusal.match(pattern);
    if (match !== null) return explain(...match.slice(1));
  }
  return undefined;
}

/** Without the place in onnxruntime's sources that its exceptions begin with. */
function tidy(refusal: string): string {
  return refusal
    .replaceAll(/\/\S*onnxruntime_src\S* /g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 400);
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
