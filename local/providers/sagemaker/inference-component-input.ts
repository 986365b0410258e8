import { z } from 'zod';
import { integer } from '../../host/operation-input.ts';
import { deploymentConfig } from './deployment-config.ts';
import { resourceName, tags } from './names.ts';

const copies = integer.refine((count) => count >= 0, 'expected 0 or more');
const seconds = integer.refine((value) => value >= 60 && value <= 3600, 'expected 60 to 3600');

const specification = z.looseObject({
  ModelName: z.string().optional(),
  Container: z
    .looseObject({
      Image: z.string().optional(),
      ArtifactUrl: z.string().optional(),
      Environment: z.record(z.string(), z.coerce.string()).default({}),
    })
    .optional(),
  StartupParameters: z
    .object({
      ModelDataDownloadTimeoutInSeconds: seconds.optional(),
      ContainerStartupHealthCheckTimeoutInSeconds: seconds.optional(),
    })
    .default({}),
  BaseInferenceComponentName: z.undefined({ error: 'the local cloud has no adapters' }).optional(),
  ComputeResourceRequirements: z.looseObject({}).optional(),
});

const runtimeConfig = z.object({ CopyCount: copies });

export const createInput = z.object({
  InferenceComponentName: resourceName,
  EndpointName: z.string(),
  VariantName: z.string().optional(),
  Specification: specification,
  RuntimeConfig: runtimeConfig,
  Tags: tags,
});

export const updateInput = z.object({
  InferenceComponentName: z.string(),
  Specification: specification.optional(),
  RuntimeConfig: runtimeConfig.optional(),
  DeploymentConfig: deploymentConfig.optional(),
});

export const runtimeConfigInput = z.object({
  InferenceComponentName: z.string(),
  DesiredRuntimeConfig: runtimeConfig,
});

export const nameInput = z.object({ InferenceComponentName: z.string() });

export const listInput = z.object({
  EndpointNameEquals: z.string().optional(),
  VariantNameEquals: z.string().optional(),
  NameContains: z.string().default(''),
  StatusEquals: z.string().optional(),
  MaxResults: integer.default(10),
  NextToken: z.string().optional(),
});

export type Specification = z.output<typeof specification>;
