import type { Stack } from 'aws-cdk-lib';
import { inferenceApp, type RepositoryFiles } from '../../../fixtures/inference-app.ts';
import { identity } from '../../../fixtures/onnx-models.ts';

export const batchable = identity('FP32', [-1, 4]);

/** Files of one model on an endpoint: lines of its `sagemaker:` block, and lines behind it. */
export function endpointFiles(
  block: readonly string[] = [],
  more: readonly string[] = [],
  name = 'detect',
): RepositoryFiles {
  const instance = block.some((line) => line.startsWith('instance:'))
    ? []
    : ['instance: ml.g5.xlarge'];
  const lines = [...instance, ...block].map((line) => `  ${line}`);
  return {
    [`${name}/1/model.onnx`]: batchable,
    [`${name}/2/model.onnx`]: batchable,
    [`${name}/model.yaml`]: ['target: sagemaker', 'sagemaker:', ...lines, ...more].join('\n'),
  };
}

/** The stack of that model. */
export function endpointStack(
  block: readonly string[] = [],
  more: readonly string[] = [],
  context: Record<string, unknown> = {},
): Stack {
  return inferenceApp(endpointFiles(block, more), context).models[0] as Stack;
}
