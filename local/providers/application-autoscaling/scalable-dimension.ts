import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { TargetKey } from './scalable-target.ts';

/** Something whose capacity can be read and set, by the operations of its own service. */
export interface Scaled {
  /** What the capacity counts, in AWS's words. */
  readonly unit: string;
  capacity(host: Host): Promise<number>;
  setCapacity(host: Host, capacity: number): Promise<void>;
}

const VARIANT = /^endpoint\/([^/]+)\/variant\/([^/]+)$/;
const COMPONENT = /^inference-component\/([^/]+)$/;

/** What a scalable target stands for; throws for what this cloud does not have. */
export function scaledBy({ resourceId, dimension, namespace }: TargetKey): Scaled {
  const [, endpoint, variant] = VARIANT.exec(resourceId) ?? [];
  if (dimension === 'sagemaker:variant:DesiredInstanceCount' && endpoint && variant) {
    return endpointVariant(endpoint, variant);
  }
  const [, component] = COMPONENT.exec(resourceId) ?? [];
  if (dimension === 'sagemaker:inference-component:DesiredCopyCount' && component) {
    return inferenceComponent(component);
  }
  throw new AwsError(
    'ValidationException',
    `The local cloud scales variants and inference components of SageMaker only, not service namespace: ${namespace}, ` +
      `resource ID: ${resourceId}, scalable dimension: ${dimension}`,
  );
}

function endpointVariant(EndpointName: string, VariantName: string): Scaled {
  return {
    unit: 'instance count',
    async capacity(host) {
      const { ProductionVariants } = await host.call<{
        ProductionVariants: { VariantName: string; DesiredInstanceCount: number }[];
      }>('sagemaker', 'DescribeEndpoint', { EndpointName });
      const found = ProductionVariants.find((one) => one.VariantName === VariantName);
      if (found) return found.DesiredInstanceCount;
      throw new AwsError('ValidationException', `${EndpointName} has no variant ${VariantName}`);
    },
    async setCapacity(host, DesiredInstanceCount) {
      await host.call('sagemaker', 'UpdateEndpointWeightsAndCapacities', {
        EndpointName,
        DesiredWeightsAndCapacities: [{ VariantName, DesiredInstanceCount }],
      });
    },
  };
}

function inferenceComponent(InferenceComponentName: string): Scaled {
  return {
    unit: 'copy count',
    async capacity(host) {
      const { RuntimeConfig } = await host.call<{ RuntimeConfig: { DesiredCopyCount: number } }>(
        'sagemaker',
        'DescribeInferenceComponent',
        { InferenceComponentName },
      );
      return RuntimeConfig.DesiredCopyCount;
    },
    async setCapacity(host, CopyCount) {
      await host.call('sagemaker', 'UpdateInferenceComponentRuntimeConfig', {
        InferenceComponentName,
        DesiredRuntimeConfig: { CopyCount },
      });
    },
  };
}
