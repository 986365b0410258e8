import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { toText } from '@bufbuild/protobuf/txtpb';
import type { Datatype } from '../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import { DataType, InstanceKind, ModelConfigSchema } from '../../serving/triton/model-config.ts';
import { maxBatchOf, type TensorSignature } from './batching.ts';

/** What model.yaml says of Triton, see `sagemaker:`. */
export interface TritonSettings {
  readonly maxBatch?: number | undefined;
  readonly preferredBatches?: readonly number[] | undefined;
  readonly queueDelayMicros: number;
  readonly instanceGroups?: readonly TritonInstanceGroup[] | undefined;
}

export interface TritonInstanceGroup {
  readonly kind: 'gpu' | 'cpu';
  /** Copies, on each GPU or on the CPU. */
  readonly count: number;
}

/** config.pbtxt for an ONNX model, from its signature and its model.yaml. */
export function modelConfigText(
  name: string,
  signature: TensorSignature,
  settings: TritonSettings,
  hasGpu: boolean,
): string {
  const maxBatchSize = maxBatchOf(signature, settings.maxBatch);
  const dims = ({ shape }: TensorSpec) =>
    (maxBatchSize > 0 ? shape.slice(1) : shape).map((size) => BigInt(size));
  const tensor = (spec: TensorSpec) => ({
    name: spec.name,
    dataType: dataTypes[spec.datatype],
    dims: dims(spec),
  });
  const groups = settings.instanceGroups ?? [{ kind: hasGpu ? 'gpu' : 'cpu', count: 1 } as const];
  const config: MessageInitShape<typeof ModelConfigSchema> = {
    name,
    backend: 'onnxruntime',
    maxBatchSize,
    input: signature.inputs.map(tensor),
    output: signature.outputs.map(tensor),
    instanceGroup: groups.map(({ kind, count }) => ({ kind: kinds[kind], count })),
    defaultModelFilename: 'model.onnx',
    ...(maxBatchSize > 0 && {
      schedulingChoice: {
        case: 'dynamicBatching',
        value: {
          preferredBatchSize: [...(settings.preferredBatches ?? [])],
          maxQueueDelayMicroseconds: BigInt(settings.queueDelayMicros),
        },
      },
    }),
  };
  return toText(ModelConfigSchema, create(ModelConfigSchema, config));
}

const kinds = {
  gpu: InstanceKind.GPU,
  cpu: InstanceKind.CPU,
} as const;

/** Triton's words for the protocol's datatypes. */
export const dataTypes: Readonly<Record<Datatype, DataType>> = {
  BOOL: DataType.TYPE_BOOL,
  UINT8: DataType.TYPE_UINT8,
  UINT16: DataType.TYPE_UINT16,
  UINT32: DataType.TYPE_UINT32,
  UINT64: DataType.TYPE_UINT64,
  INT8: DataType.TYPE_INT8,
  INT16: DataType.TYPE_INT16,
  INT32: DataType.TYPE_INT32,
  INT64: DataType.TYPE_INT64,
  FP16: DataType.TYPE_FP16,
  BF16: DataType.TYPE_BF16,
  FP32: DataType.TYPE_FP32,
  FP64: DataType.TYPE_FP64,
  BYTES: DataType.TYPE_STRING,
};
