import type { TensorSpec } from '../../serving/contract/manifest.ts';
import type { ModelVersion } from './model.ts';
import type { Problem } from './problem.ts';

/**
 * What a version breaks for callers of the version before it, over all neighbours. A request that
 * the older one took must be taken, and the outputs that it gave must be there.
 */
export function compatibilityProblems(versions: readonly ModelVersion[]): Problem[] {
  return versions.slice(1).flatMap((newer, index) => {
    const older = versions[index] as ModelVersion;
    return [...inputBreaks(older, newer), ...outputBreaks(older, newer)].map(
      ([field, seen, problem]) => ({
        file: newer.artifact.path,
        field,
        seen,
        problem: `${problem} in version ${older.version}`,
        fix: 'Keep the signature, or accept the break with "breaking: true" in model.yaml',
      }),
    );
  });
}

type Break = readonly [field: string, seen: string, problem: string];

function inputBreaks(older: ModelVersion, newer: ModelVersion): Break[] {
  const removed = older.inputs
    .filter(({ name }) => !find(newer.inputs, name))
    .map(({ name }): Break => [`input ${name}`, names(newer.inputs), 'is gone; it was an input']);
  const changed = newer.inputs.flatMap((input): Break[] => {
    const field = `input ${input.name}`;
    const before = find(older.inputs, input.name);
    if (before === undefined) {
      return input.optional ? [] : [[field, describeTensor(input), 'is required and was no input']];
    }
    if (takesAll(input, before)) return [];
    return [
      [field, describeTensor(input), `takes less than ${describeTensor(before)}, which it took`],
    ];
  });
  return [...removed, ...changed];
}

function outputBreaks(older: ModelVersion, newer: ModelVersion): Break[] {
  return older.outputs.flatMap((before): Break[] => {
    const field = `output ${before.name}`;
    const output = find(newer.outputs, before.name);
    if (output === undefined) return [[field, names(newer.outputs), 'is gone; it was an output']];
    if (mayEqual(output, before)) return [];
    return [[field, describeTensor(output), `is not the ${describeTensor(before)} that it was`]];
  });
}

/** Whether every tensor that `before` took is taken. */
function takesAll(input: TensorSpec, before: TensorSpec): boolean {
  return (
    input.datatype === before.datatype &&
    input.shape.length === before.shape.length &&
    input.shape.every((size, axis) => size === -1 || size === before.shape[axis])
  );
}

/** Sizes that an exporter left open on either side prove nothing. */
function mayEqual(output: TensorSpec, before: TensorSpec): boolean {
  return (
    output.datatype === before.datatype &&
    output.shape.length === before.shape.length &&
    output.shape.every(
      (size, axis) => size === -1 || before.shape[axis] === -1 || size === before.shape[axis],
    )
  );
}

function find(specs: readonly TensorSpec[], name: string): TensorSpec | undefined {
  return specs.find((spec) => spec.name === name);
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => name).join(', ') || 'none';
}

/** `FP32 [-1, 28]` */
export function describeTensor({ datatype, shape }: TensorSpec): string {
  return `${datatype} [${shape.join(', ')}]`;
}
