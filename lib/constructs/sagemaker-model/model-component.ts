import { type aws_cloudwatch as cloudwatch, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { variantNames } from '../../../serving/contract/endpoint.ts';
import type { EndpointRollout, SagemakerConfig } from '../../model-repository/sagemaker-config.ts';

export interface ModelComponentProps {
  readonly componentName: string;
  readonly endpoint: sagemaker.CfnEndpoint;
  readonly modelName: string;
  readonly config: SagemakerConfig;
  /** Memory that one copy of the model is promised. */
  readonly memoryMiB: number;
  readonly rollout: EndpointRollout;
  readonly alarms: readonly cloudwatch.IAlarm[];
}

/**
 * The model as an inference component: copies of it that an endpoint's fleet carries, down to none.
 * Only such a fleet goes to zero, and a release replaces its copies one after the other.
 */
export class ModelComponent extends Construct {
  constructor(scope: Construct, id: string, props: ModelComponentProps) {
    super(scope, id);
    const { componentName, endpoint, config, rollout } = props;
    const component = new sagemaker.CfnInferenceComponent(this, 'Component', {
      inferenceComponentName: componentName,
      endpointName: componentName,
      variantName: variantNames.production,
      runtimeConfig: { copyCount: 1 },
      specification: {
        modelName: props.modelName,
        computeResourceRequirements: {
          minMemoryRequiredInMb: props.memoryMiB,
          ...(config.gpus > 0
            ? { numberOfAcceleratorDevicesRequired: 1 }
            : { numberOfCpuCoresRequired: 1 }),
        },
      },
      // The emergency way heeds no alarm, as everywhere.
      ...(rollout.strategy !== 'all-at-once' && {
        deploymentConfig: {
          rollingUpdatePolicy: {
            maximumBatchSize: { type: 'COPY_COUNT', value: 1 },
            waitIntervalInSeconds: rollout.minutes * 60,
          },
          autoRollbackConfiguration: {
            alarms: props.alarms.map(({ alarmName }) => ({ alarmName })),
          },
        },
      }),
    });
    component.node.addDependency(endpoint);
  }
}
