import type { Datatype } from '../../contract/datatype.ts';
import type { TensorSpec } from '../../contract/manifest.ts';
import type { Signature } from '../../protocol/signature-match.ts';

/** What one row gives to an input. */
export interface RowInput {
  readonly name: string;
  readonly datatype: Datatype;
  /** The full shape of a tensor with one row; -1 is a dimension that rows may choose. */
  readonly shape: readonly number[];
  /** Elements of a row; undefined when rows may differ. */
  readonly elements: number | undefined;
  readonly optional: boolean;
}

export interface RowSignature {
  readonly model: Signature;
  /** Whether rows can be stacked along a first dimension; else each is a run of its own. */
  readonly batched: boolean;
  readonly inputs: readonly RowInput[];
}

/** The signature as rows see it. Rows stack when every input and every output leaves them the room. */
export function rowSignature(model: Signature): RowSignature {
  const batched = isBatched(model);
  return { model, batched, inputs: model.inputs.map((spec) => rowInput(spec, batched)) };
}

export function isBatched({ inputs, outputs }: Signature): boolean {
  return inputs.length > 0 && [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
}

function rowInput(spec: TensorSpec, batched: boolean): RowInput {
  const shape = batched ? [1, ...spec.shape.slice(1)] : spec.shape;
  return {
    name: spec.name,
    datatype: spec.datatype,
    shape,
    elements: shape.includes(-1) ? undefined : shape.reduce((product, size) => product * size, 1),
    optional: spec.optional === true,
  };
}
