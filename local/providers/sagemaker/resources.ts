import { generatedName } from '../../host/generated-name.ts';
import type { Operation, ResourceRequest, ResourceType } from '../../host/provider.ts';
import { endpointResource } from './endpoint-resource.ts';
import type { Endpoints } from './endpoints.ts';
import { componentResource } from './inference-component-resource.ts';
import type { InferenceComponents } from './inference-components.ts';
import { runOperation, unlessGone } from './resource-change.ts';

export interface ResourceParts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly endpoints: Endpoints;
  readonly components: InferenceComponents;
}

/** CloudFormation's properties are the API's members; Ref is an ARN. */
export function sagemakerResources(parts: ResourceParts): Record<string, ResourceType> {
  return {
    'AWS::SageMaker::Model': immutable(parts, 'Model', [
      'ModelName',
      'ExecutionRoleArn',
      'PrimaryContainer',
      'Containers',
      'InferenceExecutionConfig',
      'EnableNetworkIsolation',
      'VpcConfig',
    ]),
    'AWS::SageMaker::EndpointConfig': immutable(parts, 'EndpointConfig', [
      'EndpointConfigName',
      'ProductionVariants',
      'ShadowProductionVariants',
      'DataCaptureConfig',
      'AsyncInferenceConfig',
      'ExplainerConfig',
      'MetricsConfig',
      'ExecutionRoleArn',
      'EnableNetworkIsolation',
      'KmsKeyId',
      'VpcConfig',
    ]),
    'AWS::SageMaker::Endpoint': endpointResource(parts),
    'AWS::SageMaker::InferenceComponent': componentResource(parts),
  };
}

/** A resource that any change but one of its tags replaces. */
function immutable(
  { operations }: ResourceParts,
  kind: 'Model' | 'EndpointConfig',
  replaceOn: readonly string[],
): ResourceType {
  const nameMember = `${kind}Name`;
  return {
    replaceOn,
    create: async (request) => {
      const name = request.properties[nameMember] ?? nameOf(request, replaceOn);
      const input = { ...request.properties, [nameMember]: name };
      const output = await runOperation(operations, `Create${kind}`, input);
      const arn = String(output[`${kind}Arn`]);
      return { physicalId: arn, attributes: { [nameMember]: name, [`${kind}Arn`]: arn } };
    },
    update: (_request, { physicalId, attributes }) => ({ physicalId, attributes }),
    delete: async ({ attributes }) => {
      const input = { [nameMember]: attributes[nameMember] };
      await unlessGone(runOperation(operations, `Delete${kind}`, input));
    },
  };
}

/** A replacement must not have the name of what it replaces. */
function nameOf(request: ResourceRequest, salted: readonly string[]): string {
  const salt = JSON.stringify(salted.map((property) => request.properties[property]));
  return generatedName(request, 63, salt);
}
