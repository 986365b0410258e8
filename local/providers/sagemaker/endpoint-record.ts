import type { Deployed, DeployedVariant } from './deployed.ts';
import type { DeploymentConfig } from './deployment-config.ts';
import type { Fleet } from './fleet.ts';
import type { Stage } from './rollout.ts';

export type EndpointStatus =
  | 'Creating'
  | 'InService'
  | 'Updating'
  | 'SystemUpdating'
  | 'RollingBack'
  | 'UpdateRollbackFailed'
  | 'Deleting'
  | 'Failed';

/** An endpoint as it is kept. Times are milliseconds since the epoch. */
export interface EndpointRecord {
  readonly name: string;
  readonly arn: string;
  readonly status: EndpointStatus;
  readonly failureReason?: string | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** What serves. */
  readonly deployed: Deployed;
  /** What is on its way to serve. */
  readonly pending?: { readonly deployed: Deployed; readonly startedAt: number } | undefined;
  /** How the last update went. */
  readonly deploymentConfig?: DeploymentConfig | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Whether nothing changes about it, so that somebody may change it. */
export function isSettled({ status }: EndpointRecord): boolean {
  return status === 'InService' || status === 'Failed' || status === 'UpdateRollbackFailed';
}

/** Whether it answers requests. */
export function isServing({ status }: EndpointRecord): boolean {
  return status !== 'Creating' && status !== 'Failed' && status !== 'Deleting';
}

/** Whether its containers come from inference components instead of its variants. */
export function hostsComponents({ deployed }: EndpointRecord): boolean {
  return deployed.variants.every(({ container }) => container === undefined);
}

/** DescribeEndpoint's answer. */
export function describeEndpoint(
  record: EndpointRecord,
  fleet: Fleet | undefined,
  stage: Stage | undefined,
): Record<string, unknown> {
  const { deployed, pending, failureReason, deploymentConfig } = record;
  const { settings } = deployed.config;
  const variants = (isShadow: boolean) =>
    deployed.variants
      .filter((variant) => variant.isShadow === isShadow)
      .map((variant) => describeVariant(variant, fleet));
  const capture = settings.DataCaptureConfig;
  return {
    EndpointName: record.name,
    EndpointArn: record.arn,
    EndpointConfigName: deployed.config.name,
    EndpointStatus: record.status,
    ...(failureReason !== undefined && { FailureReason: failureReason }),
    CreationTime: new Date(record.createdAt),
    LastModifiedTime: new Date(record.modifiedAt),
    ProductionVariants: variants(false),
    ...(settings.ShadowProductionVariants.length > 0 && {
      ShadowProductionVariants: variants(true),
    }),
    ...(capture && {
      DataCaptureConfig: {
        EnableCapture: capture.EnableCapture,
        CaptureStatus: capture.EnableCapture ? 'Started' : 'Stopped',
        CurrentSamplingPercentage: capture.InitialSamplingPercentage,
        DestinationS3Uri: capture.DestinationS3Uri,
        KmsKeyId: capture.KmsKeyId ?? '',
      },
    }),
    ...(settings.AsyncInferenceConfig && { AsyncInferenceConfig: settings.AsyncInferenceConfig }),
    ...(deploymentConfig && { LastDeploymentConfig: deploymentConfig }),
    ...(pending && {
      PendingDeploymentSummary: {
        EndpointConfigName: pending.deployed.config.name,
        StartTime: new Date(pending.startedAt),
        ProductionVariants: pending.deployed.variants.map((variant) => ({
          VariantName: variant.name,
          DesiredInstanceCount: variant.count,
          DesiredWeight: variant.weight,
          ...(stage && { VariantStatus: [{ Status: stage }] }),
        })),
      },
    }),
  };
}

function describeVariant(variant: DeployedVariant, fleet: Fleet | undefined) {
  const { name, settings, weight, count, container } = variant;
  const serving = fleet?.find(name);
  return {
    VariantName: name,
    ...(container && {
      DeployedImages: [{ SpecifiedImage: container.Image, ResolvedImage: container.Image }],
    }),
    CurrentWeight: serving?.weight ?? weight,
    DesiredWeight: weight,
    CurrentInstanceCount: container ? (serving?.group.ready ?? 0) : count,
    DesiredInstanceCount: count,
    ...(settings.ManagedInstanceScaling && {
      ManagedInstanceScaling: settings.ManagedInstanceScaling,
    }),
    ...(settings.RoutingConfig && { RoutingConfig: settings.RoutingConfig }),
  };
}
