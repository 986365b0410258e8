import { create, toBinary } from '@bufbuild/protobuf';
import { InferenceSession } from 'onnxruntime-node';
import { ModelProtoSchema } from '../../lib/model-repository/onnx/generated/onnx_pb.ts';
import type { OnnxModel } from '../../lib/model-repository/onnx/onnx-model.ts';
import {
  defaultDomain,
  type Operator,
  operatorsOf,
} from '../../lib/model-repository/onnx/operators.ts';

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
