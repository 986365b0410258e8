import type { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { variantNames } from '../../../serving/contract/endpoint.ts';
import type { SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import type { DataPlaces } from './data-places.ts';

/** Parts of an endpoint configuration as plain data, from what model.yaml says. */

type Variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty;

/** Seconds for the archive to arrive, and for the container to answer its first ping. */
const startTimeouts = {
  modelDataDownloadTimeoutInSeconds: 1200,
  containerStartupHealthCheckTimeoutInSeconds: 1200,
} as const;

/** The variant that answers callers. Without a model it is a fleet for inference components. */
export function productionVariant(config: SagemakerConfig, modelName: string | undefined): Variant {
  const { instance, minInstances, maxInstances, scaleToZero } = config;
  return {
    // Kept over releases: SageMaker refuses an update that renames a variant.
    variantName: variantNames.production,
    instanceType: instance,
    // A fleet begins with one instance, whatever it scales down to later.
    initialInstanceCount: Math.max(minInstances, 1),
    ...startTimeouts,
    ...(scaleToZero
      ? {
          managedInstanceScaling: {
            status: 'ENABLED',
            minInstanceCount: minInstances,
            maxInstanceCount: maxInstances,
          },
          routingConfig: { routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
        }
      : { modelName: modelName as string, initialVariantWeight: 1 }),
  };
}

/** The variant that gets copies of the requests. Its weight over the other's is the share copied. */
export function shadowVariant(config: SagemakerConfig, modelName: string): Variant | undefined {
  if (config.rollout.strategy !== 'shadow') return undefined;
  return {
    variantName: variantNames.shadow,
    modelName,
    instanceType: config.instance,
    initialInstanceCount: Math.max(config.minInstances, 1),
    initialVariantWeight: config.rollout.percent / 100,
    ...startTimeouts,
  };
}

/**
 * Disks of these families are local and encrypted by the machine itself; SageMaker refuses a key for
 * them.
 */
const localDisks = /^ml\.(g\d\w*|p4d|p4de|p5\w*|inf2|trn\d\w*|[cmr]\d[a-z]*d[a-z]*)\./;

/** Key of the disks, where SageMaker takes one. */
export function diskKey({ kmsKey, instance }: SagemakerConfig): string | undefined {
  return localDisks.test(instance) ? undefined : kmsKey;
}

export function dataCapture(
  { capturePercent, kmsKey }: SagemakerConfig,
  places: DataPlaces,
): sagemaker.CfnEndpointConfig.DataCaptureConfigProperty | undefined {
  if (capturePercent === 0) return undefined;
  return {
    enableCapture: true,
    initialSamplingPercentage: capturePercent,
    destinationS3Uri: places.uriOf('capture'),
    captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
    // Else JSON would be kept in base64.
    captureContentTypeHeader: { jsonContentTypes: ['application/json'] },
    ...(kmsKey && { kmsKeyId: kmsKey }),
  };
}

export function asyncInference(
  { async, kmsKey }: SagemakerConfig,
  places: DataPlaces,
  topics: { readonly completed: string; readonly failed: string } | undefined,
): sagemaker.CfnEndpointConfig.AsyncInferenceConfigProperty | undefined {
  if (!async || !topics) return undefined;
  return {
    outputConfig: {
      s3OutputPath: places.uriOf('answers'),
      s3FailurePath: places.uriOf('failures'),
      notificationConfig: { successTopic: topics.completed, errorTopic: topics.failed },
      ...(kmsKey && { kmsKeyId: kmsKey }),
    },
  };
}

export function vpcConfig({ subnets, securityGroups }: SagemakerConfig) {
  if (!subnets || !securityGroups) return undefined;
  return { subnets: [...subnets], securityGroupIds: [...securityGroups] };
}
