import { create, toBinary } from '@bufbuild/protobuf';
import { InferenceSession } from 'onnxruntime-node';
import { ModelProtoSchema } from '../../lib/model-repository/onnx/generated/onnx_pb.ts';
import { contentsOf, type OnnxModel } from '../../lib/model-repository/onnx/onnx-model.ts';

/** An operator that a model uses. */
export interface Operator {
  readonly domain: string;
  readonly type: string;
  /** Version of the operator's set in the model; undefined when the model names none. */
  readonly version: bigint | undefined;
  readonly nodes: number;
}

const defaultDomain = 'ai.onnx';

/** The model's operators, each once, without those that the model itself defines. */
export function operatorsOf(model: OnnxModel): Operator[] {
  const own = new Set(model.functions.map(({ domain, name }) => keyOf(domain, name)));
  const versions = new Map(
    model.opsetImport.map(({ domain, version }) => [domain || defaultDomain, version]),
  );
  const uses = Map.groupBy(contentsOf(model).nodes, ({ domain, opType }) => keyOf(domain, opType));
  return [...uses]
    .filter(([key]) => !own.has(key))
    .map(([key, nodes]) => {
      const [domain, type] = key.split(':') as [string, string];
      return { domain, type, version: versions.get(domain), nodes: nodes.length };
    });
}

/**
 * Those that onnxruntime does not know. It names the first one only, so each is asked for by a graph
 * of that one node: an unknown name is what it complains of before it looks at inputs.
 */
export async function unknownOperators(model: OnnxModel): Promise<Operator[]> {
  const unknown: Operator[] = [];
  for (const operator of operatorsOf(model)) {
    const refusal = await refusalOf(probe(model, operator));
    if (/No Op registered for|is not a registered function|No opset import/.test(refusal ?? '')) {
      unknown.push(operator);
    }
  }
  return unknown;
}

function probe({ irVersion, opsetImport }: OnnxModel, { domain, type }: Operator): Uint8Array {
  const float = 1;
  const tensor = { value: { case: 'tensorType' as const, value: { elemType: float } } };
  const graph = {
    node: [{ opType: type, domain: domain === defaultDomain ? '' : domain, output: ['probe'] }],
    output: [{ name: 'probe', type: tensor }],
  };
  const model = create(ModelProtoSchema, {
    ...(irVersion ? { irVersion } : {}),
    graph,
    opsetImport,
  });
  return toBinary(ModelProtoSchema, model);
}

async function refusalOf(model: Uint8Array): Promise<string | undefined> {
  try {
    const session = await InferenceSession.create(model, { logSeverityLevel: 4 });
    await session.release();
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function keyOf(domain: string, type: string): string {
  return `${domain || defaultDomain}:${type}`;
}
