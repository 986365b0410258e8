import { z } from 'zod';
import { integer } from '../../host/operation-input.ts';
import { resourceName, tags } from './names.ts';

const between = (least: number, most: number) =>
  integer.refine((value) => value >= least && value <= most, `expected ${least} to ${most}`);

const input = z.object({
  DataSource: z.object({
    S3DataSource: z.object({
      S3DataType: z.enum(
        ['S3Prefix', 'ManifestFile'],
        'the local cloud takes S3Prefix or ManifestFile',
      ),
      S3Uri: z.string(),
    }),
  }),
  ContentType: z.string().max(256).optional(),
  CompressionType: z.enum(['None', 'Gzip']).default('None'),
  SplitType: z.enum(['None', 'Line'], 'the local cloud splits by Line or not').default('None'),
});

const output = z.object({
  S3OutputPath: z.string(),
  Accept: z.string().max(256).optional(),
  AssembleWith: z.enum(['None', 'Line']).default('None'),
  KmsKeyId: z.string().optional(),
});

/** SageMaker's bound of MaxConcurrentTransforms * MaxPayloadInMB. */
const mostMegabytes = 100;

export const createInput = z
  .object({
    TransformJobName: resourceName,
    ModelName: z.string(),
    /** 0 leaves it to SageMaker. */
    MaxConcurrentTransforms: between(0, 100).default(0),
    ModelClientConfig: z
      .object({
        InvocationsTimeoutInSeconds: between(1, 3600).default(600),
        InvocationsMaxRetries: between(0, 3).default(3),
      })
      .prefault({}),
    MaxPayloadInMB: between(1, 100).default(6),
    BatchStrategy: z.enum(['MultiRecord', 'SingleRecord']).default('MultiRecord'),
    Environment: z.record(z.string(), z.string()).default({}),
    TransformInput: input,
    TransformOutput: output,
    TransformResources: z.looseObject({
      InstanceType: z.string(),
      InstanceCount: between(1, 1000),
    }),
    DataProcessing: z
      .undefined({ error: 'the local cloud filters no records and joins them with nothing' })
      .optional(),
    DataCaptureConfig: z
      .undefined({ error: 'the local cloud captures no data of transform jobs' })
      .optional(),
    ExperimentConfig: z.unknown().optional(),
    Tags: tags,
  })
  .refine(
    (job) => job.MaxConcurrentTransforms * job.MaxPayloadInMB <= mostMegabytes,
    `MaxConcurrentTransforms * MaxPayloadInMB must not be above ${mostMegabytes}`,
  );

export type TransformRequest = z.output<typeof createInput>;

export const nameInput = z.object({ TransformJobName: z.string() });
