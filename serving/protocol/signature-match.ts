import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote, quoteNames } from './quote.ts';
import type { InferenceRequest, RequestedOutput } from './request.ts';
import { shapeText, type Tensor } from './tensor.ts';

export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Problems beyond these are counted and not told: there may be a million. */
const mostProblems = 5;

/** Throws one error that names everything in which the request differs from the signature. */
export function matchSignature(request: InferenceRequest, signature: Signature): void {
  const problems: string[] = [];
  matchInputs(request.inputs, signature.inputs, problems);
  if (request.outputs) matchOutputs(request.outputs, signature.outputs, problems);
  if (problems.length === 0) return;
  const shown = problems.slice(0, mostProblems).join('; ');
  const more = problems.length - mostProblems;
  throw new SiskinError('signature_mismatch', more > 0 ? `${shown}; and ${more} more` : shown);
}

/** What was given is remembered by spec: of these a model has few, whatever a request names. */
function matchInputs(
  inputs: readonly Tensor[],
  specs: readonly TensorSpec[],
  problems: string[],
): void {
  const given = new Array<boolean | undefined>(specs.length);
  for (let index = 0; index < inputs.length; index += 1) {
    const input = inputs[index] as Tensor;
    const at = indexOf(input.name, specs);
    const problem = nameProblem('input', at, given, specs) ?? tensorProblem(input, specs[at]);
    if (problem) add(problems, `inputs[${index}]`, input.name, problem);
    if (at >= 0) given[at] = true;
  }
  for (let at = 0; at < specs.length; at += 1) {
    const { name, datatype, shape, optional } = specs[at] as TensorSpec;
    if (given[at] || optional) continue;
    problems.push(`input ${quote(name)} (${datatype} ${shapeText(shape)}) is missing`);
  }
}

function matchOutputs(
  outputs: readonly RequestedOutput[],
  specs: readonly TensorSpec[],
  problems: string[],
): void {
  const given = new Array<boolean | undefined>(specs.length);
  for (let index = 0; index < outputs.length; index += 1) {
    const output = outputs[index] as RequestedOutput;
    const at = indexOf(output.name, specs);
    const problem = nameProblem('output', at, given, specs) ?? rankProblem(output, specs[at]);
    if (problem) add(problems, `outputs[${index}]`, output.name, problem);
    if (at >= 0) given[at] = true;
  }
}

function add(problems: string[], place: string, name: string, problem: string): void {
  problems.push(problems.length < mostProblems ? `${place} ${quote(name)}: ${problem}` : '');
}

function indexOf(name: string, specs: readonly TensorSpec[]): number {
  for (let at = 0; at < specs.length; at += 1) if (specs[at]?.name === name) return at;
  return -1;
}

function nameProblem(
  role: 'input' | 'output',
  at: number,
  given: readonly (boolean | undefined)[],
  specs: readonly TensorSpec[],
): string | undefined {
  if (at >= 0) return given[at] ? 'given twice' : undefined;
  return `the model has no such ${role}, only ${quoteNames(specs.map(({ name }) => name))}`;
}

function tensorProblem({ datatype, shape }: Tensor, spec?: TensorSpec): string | undefined {
  if (!spec) return undefined;
  if (datatype !== spec.datatype) {
    return `datatype is ${datatype}, but the model expects ${spec.datatype}`;
  }
  const fits =
    shape.length === spec.shape.length &&
    spec.shape.every((dimension, axis) => dimension === -1 || dimension === shape[axis]);
  if (fits) return undefined;
  return `shape is ${shapeText(shape)}, but the model expects ${shapeText(spec.shape)}`;
}

function rankProblem({ classification }: RequestedOutput, spec?: TensorSpec): string | undefined {
  if (!classification || spec?.datatype !== 'BYTES') return undefined;
  return 'classification needs numbers to rank, but the output is BYTES';
}
