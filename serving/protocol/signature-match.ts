import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote, quoteNames } from './quote.ts';
import type { InferenceRequest, RequestedOutput } from './request.ts';
import { shapeText, type Tensor } from './tensor.ts';

export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

const mostProblems = 5;

/** Throws one error that names everything in which the request differs from the signature. */
export function matchSignature(request: InferenceRequest, signature: Signature): void {
  const problems = inputProblems(request.inputs, signature.inputs);
  if (request.outputs) problems.push(...outputProblems(request.outputs, signature.outputs));
  if (problems.length === 0) return;
  const shown = problems.slice(0, mostProblems).join('; ');
  const more = problems.length - mostProblems;
  throw new SiskinError('signature_mismatch', more > 0 ? `${shown}; and ${more} more` : shown);
}

function inputProblems(inputs: readonly Tensor[], specs: readonly TensorSpec[]): string[] {
  const problems: string[] = [];
  for (let index = 0; index < inputs.length; index += 1) {
    const input = inputs[index] as Tensor;
    const problem = inputProblem(inputs, index, specs);
    if (problem) problems.push(`inputs[${index}] ${quote(input.name)}: ${problem}`);
  }
  for (const spec of specs) {
    if (!spec.optional && !inputs.some(({ name }) => name === spec.name)) {
      const expected = `${spec.datatype} ${shapeText(spec.shape)}`;
      problems.push(`input ${quote(spec.name)} (${expected}) is missing`);
    }
  }
  return problems;
}

function inputProblem(
  inputs: readonly Tensor[],
  index: number,
  specs: readonly TensorSpec[],
): string | undefined {
  const input = inputs[index] as Tensor;
  const spec = specs.find(({ name }) => name === input.name);
  if (!spec) return `the model has no such input, only ${namesOf(specs)}`;
  if (inputs.findIndex(({ name }) => name === input.name) !== index) return 'given twice';
  return tensorProblem(input, spec);
}

function tensorProblem(input: Tensor, spec: TensorSpec): string | undefined {
  if (input.datatype !== spec.datatype) {
    return `datatype is ${input.datatype}, but the model expects ${spec.datatype}`;
  }
  const { shape } = input;
  const fits =
    shape.length === spec.shape.length &&
    spec.shape.every((dimension, axis) => dimension === -1 || dimension === shape[axis]);
  if (fits) return undefined;
  return `shape is ${shapeText(shape)}, but the model expects ${shapeText(spec.shape)}`;
}

function outputProblems(
  outputs: readonly RequestedOutput[],
  specs: readonly TensorSpec[],
): string[] {
  return outputs.flatMap(({ name, classification }, index) => {
    const at = `outputs[${index}] ${quote(name)}`;
    const spec = specs.find((candidate) => candidate.name === name);
    if (!spec) return [`${at}: the model has no such output, only ${namesOf(specs)}`];
    if (outputs.findIndex((other) => other.name === name) !== index) return [`${at}: given twice`];
    if (classification && spec.datatype === 'BYTES') {
      return [`${at}: classification needs numbers to rank, but the output is BYTES`];
    }
    return [];
  });
}

function namesOf(specs: readonly TensorSpec[]): string {
  return quoteNames(specs.map(({ name }) => name));
}
