import { z } from 'zod';
import { boolean, integer, number } from '../../host/operation-input.ts';
import { resourceName, tags } from './names.ts';

const seconds = integer.refine((value) => value >= 60 && value <= 3600, 'expected 60 to 3600');

const variant = z.looseObject({
  VariantName: resourceName,
  ModelName: z.string().optional(),
  InitialInstanceCount: integer.refine((count) => count >= 0, 'expected 0 or more').optional(),
  InstanceType: z.string().optional(),
  InitialVariantWeight: number.refine((weight) => weight >= 0, 'expected 0 or more').optional(),
  ModelDataDownloadTimeoutInSeconds: seconds.optional(),
  ContainerStartupHealthCheckTimeoutInSeconds: seconds.optional(),
  RoutingConfig: z
    .looseObject({ RoutingStrategy: z.enum(['LEAST_OUTSTANDING_REQUESTS', 'RANDOM']) })
    .optional(),
  ManagedInstanceScaling: z
    .looseObject({ MinInstanceCount: integer.optional(), MaxInstanceCount: integer.optional() })
    .optional(),
  ServerlessConfig: z
    .undefined({ error: 'the local cloud has no serverless endpoints' })
    .optional(),
});

const percent = integer.refine((value) => value >= 0 && value <= 100, 'expected 0 to 100');

const dataCapture = z.looseObject({
  EnableCapture: boolean.default(false),
  InitialSamplingPercentage: percent,
  DestinationS3Uri: z.string(),
  CaptureOptions: z.array(z.object({ CaptureMode: z.enum(['Input', 'Output', 'InputAndOutput']) })),
  CaptureContentTypeHeader: z
    .object({
      CsvContentTypes: z.array(z.string()).default([]),
      JsonContentTypes: z.array(z.string()).default([]),
    })
    .optional(),
});

const asyncInference = z.object({
  ClientConfig: z.object({ MaxConcurrentInvocationsPerInstance: integer.optional() }).default({}),
  OutputConfig: z.looseObject({
    S3OutputPath: z.string(),
    S3FailurePath: z.string().optional(),
    NotificationConfig: z
      .looseObject({
        SuccessTopic: z.string().optional(),
        ErrorTopic: z.string().optional(),
        IncludeInferenceResponseIn: z.array(z.string()).optional(),
      })
      .default({}),
  }),
});

/** CreateEndpointConfig's input. */
export const endpointConfigInput = z.looseObject({
  EndpointConfigName: resourceName,
  ProductionVariants: z.array(variant).min(1).max(10),
  ShadowProductionVariants: z.array(variant).max(10).default([]),
  DataCaptureConfig: dataCapture.optional(),
  AsyncInferenceConfig: asyncInference.optional(),
  ExecutionRoleArn: z.string().optional(),
  Tags: tags,
});

export type EndpointConfigSettings = z.output<typeof endpointConfigInput>;
export type VariantSettings = z.output<typeof variant>;
export type DataCaptureSettings = z.output<typeof dataCapture>;
export type AsyncInferenceSettings = z.output<typeof asyncInference>;

/** Everything that SageMaker refuses about a well-formed configuration. */
export function problemsOf(config: EndpointConfigSettings): string[] {
  const { ProductionVariants: production, ShadowProductionVariants: shadow } = config;
  const names = [...production, ...shadow].map(({ VariantName }) => VariantName);
  const rules: readonly (readonly [broken: boolean, problem: string])[] = [
    [
      new Set(names).size < names.length,
      `Variant names must be unique, but they are ${names.join(', ')}`,
    ],
    [
      shadow.length > 0 && (shadow.length > 1 || production.length > 1),
      'A shadow variant needs exactly one production variant, and there can be only one of it',
    ],
    [
      shadow.length > 0 && config.AsyncInferenceConfig !== undefined,
      'Shadow variants are not supported with asynchronous inference',
    ],
    [
      config.AsyncInferenceConfig !== undefined && production.length > 1,
      'Asynchronous inference supports a single production variant',
    ],
  ];
  return [
    ...rules.filter(([broken]) => broken).map(([, problem]) => problem),
    ...[...production, ...shadow].flatMap((one) => variantProblems(one, config)),
  ];
}

function variantProblems(one: VariantSettings, config: EndpointConfigSettings): string[] {
  const name = one.VariantName;
  if (!one.InstanceType) return [`Variant ${name} needs an InstanceType`];
  if (one.ModelName === undefined) {
    return config.ExecutionRoleArn === undefined
      ? [`Variant ${name} has no ModelName: for inference components ExecutionRoleArn is needed`]
      : [];
  }
  // Zero instances are for those that can be woken: asynchronous endpoints.
  const least = config.AsyncInferenceConfig ? 0 : 1;
  return (one.InitialInstanceCount ?? 0) < least
    ? [`Variant ${name} needs an InitialInstanceCount of ${least} or more`]
    : [];
}
