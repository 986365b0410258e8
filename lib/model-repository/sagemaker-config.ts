import { z } from 'zod';
import { sagemakerInstance } from '../pricing/instances.ts';
import { text, wholeNumber } from './fields.ts';

/** The block `sagemaker:` of model.yaml: the endpoint of a model with `target: sagemaker`. */

/** Images come from ECR alone: SageMaker pulls from no other registry without a VPC of one's own. */
const imagePattern =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9][a-z0-9._/-]*(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$/;

/** From this release on the images lie in the accounts of images.ts. */
const firstTriton = 23.12;

const clockTime = z
  .string({ error: 'must be a time of day such as "20:00"' })
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as "20:00", in quotes');

const offHours = z.strictObject(
  {
    start: clockTime.describe('Time of day at which the off hours begin'),
    end: clockTime.describe('Time of day at which they end'),
    timezone: z
      .string({ error: 'must be a time zone such as Europe/Berlin' })
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
      .default('UTC')
      .describe('Time zone of both'),
    weekends: flag()
      .default(false)
      .describe('Whether all of Saturday and Sunday counts as off hours'),
    instances: wholeNumber(0, 100)
      .optional()
      .describe('Instances that stay meanwhile. Default: 0 where that is possible, else 1'),
  },
  { error: 'must be a map such as {start: "20:00", end: "06:00", timezone: Europe/Berlin}' },
);

const instanceGroup = z.strictObject(
  {
    kind: z.enum(['gpu', 'cpu'], { error: 'must be gpu or cpu' }).describe('Where the copies run'),
    count: wholeNumber(1, 64).default(1).describe('Copies of the model, on each GPU or on the CPU'),
  },
  { error: 'must be a map such as {kind: gpu, count: 2}' },
);

const idList = (prefix: string) =>
  z
    .array(
      z
        .string({ error: `must be a list such as [${prefix}-0123abcd]` })
        .regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be ids such as ${prefix}-0123abcd`),
      { error: `must be a list such as [${prefix}-0123abcd]` },
    )
    .min(1, 'must name one at least')
    .max(16, 'must name 16 at most');

export const sagemakerConfigSchema = z.strictObject(
  {
    engine: z
      .enum(['triton', 'model-server', 'image'], {
        error: 'must be triton, model-server or image',
      })
      .default('triton')
      .describe(
        "What runs the model: NVIDIA's `triton` (GPU and CPU), Siskin's own `model-server` (CPU), or an `image` of yours",
      ),
    image: z
      .string({ error: 'must be the URI of an image in ECR, with a tag or a digest' })
      .regex(imagePattern, 'must be the URI of an image in ECR, with a tag or a digest')
      .optional()
      .describe('Image in ECR; needed by model-server and image. Default: none'),
    tritonVersion: z
      .string({ error: 'must be a release of Triton in quotes, such as "24.09"' })
      .regex(/^\d{2}\.(0[1-9]|1[0-2])$/, 'must be a release of Triton, such as "24.09"')
      .refine((value) => Number(value) >= firstTriton, {
        error: `must be "${firstTriton}" or later: older images lie elsewhere`,
      })
      .default('24.09')
      .describe("Release of SageMaker's Triton image"),
    instance: z
      .string({ error: 'must be an instance type such as ml.g5.xlarge' })
      .optional()
      .describe('Instance type, billed by the hour. Default: none, it must be named'),
    minInstances: wholeNumber(0, 100)
      .optional()
      .describe('Instances at least. Default: 1, or 0 with scaleToZero'),
    maxInstances: wholeNumber(1, 100)
      .optional()
      .describe('Instances at most; more than minInstances scales. Default: minInstances, but 1'),
    scaleToZero: flag()
      .default(false)
      .describe('No instance without requests; the first one then waits for minutes (503)'),
    async: flag()
      .default(false)
      .describe('Requests are answered 202 and done later, for answers that take long'),
    offHours: offHours.optional().describe('Fewer instances at set times. Default: none'),
    capturePercent: wholeNumber(0, 100)
      .optional()
      .describe(
        'Share of requests and answers kept in the data bucket. Default: 0, or 100 with rollout.strategy shadow',
      ),
    kmsKey: z
      .string({ error: 'must be the ARN of a KMS key' })
      .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/, {
        error: 'must be the ARN of a KMS key',
      })
      .optional()
      .describe("Key for disks, captured data and asynchronous answers. Default: AWS's own keys"),
    subnets: idList('subnet')
      .optional()
      .describe('Subnets of your VPC that the containers run in. Default: no VPC'),
    securityGroups: idList('sg').optional().describe('Their security groups. Default: none'),
    maxBatch: wholeNumber(0, 1024)
      .optional()
      .describe(
        'Requests that Triton joins in one execution, along the first dimension; 0 joins none. Default: 16 when every input and output has a free first dimension and others behind it, else 0',
      ),
    preferredBatches: z
      .array(wholeNumber(1, 1024), { error: 'must be a list of batch sizes, such as [4, 8]' })
      .min(1, 'must name one size at least')
      .optional()
      .describe('Batch sizes that Triton waits for. Default: none'),
    queueDelayMicros: wholeNumber(0, 1_000_000)
      .default(500)
      .describe('Microseconds that a request waits at most for others to join it'),
    instanceGroups: z
      .array(instanceGroup, { error: 'must be a list such as [{kind: gpu, count: 2}]' })
      .min(1, 'must name one group at least')
      .optional()
      .describe(
        'Copies of the model on one instance, such as `[{kind: gpu, count: 2}]`. Default: one, on the GPU where there is one',
      ),
    shadowVersion: z
      .union([z.int().min(1), text()], { error: 'must be the name of a version folder, such as 2' })
      .transform(String)
      .optional()
      .describe(
        'Version that gets copies of the requests. Only with strategy shadow. Default: none',
      ),
  },
  { error: 'must be a map such as {instance: ml.g5.xlarge, maxInstances: 4}' },
);

export type SagemakerFile = z.output<typeof sagemakerConfigSchema>;

/** How a new endpoint configuration takes over; minutes are those that the alarms watch. */
export type EndpointRollout =
  | { readonly strategy: 'all-at-once' }
  | { readonly strategy: 'blue-green'; readonly minutes: number }
  | {
      readonly strategy: 'canary' | 'linear' | 'rolling';
      /** Of the instances: the canary, each step, or each batch. */
      readonly percent: number;
      readonly minutes: number;
    }
  /** `percent` of the requests go to the shadow variant as well. */
  | { readonly strategy: 'shadow'; readonly percent: number; readonly minutes: number };

export type InstanceGroup = NonNullable<SagemakerFile['instanceGroups']>[number];

export interface OffHours extends Omit<NonNullable<SagemakerFile['offHours']>, 'instances'> {
  readonly instances: number;
}

/** `sagemaker:` with every default filled in. Present in a model's configuration when it runs there. */
export interface SagemakerConfig extends Omit<SagemakerFile, 'offHours'> {
  readonly instance: string;
  /** GPUs of one instance. */
  readonly gpus: number;
  /** 0 only with scaleToZero or async. */
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly capturePercent: number;
  readonly offHours?: OffHours;
  readonly rollout: EndpointRollout;
}

/** `rollout:` as model.yaml says it. */
export interface RolloutFile {
  readonly strategy?: string | undefined;
  readonly percent?: number | undefined;
  readonly minutes: number;
}

/** Call it with blocks without problems. */
export function effectiveSagemaker(
  { offHours: hours, ...file }: SagemakerFile & { readonly instance: string },
  rollout: RolloutFile,
): SagemakerConfig {
  const { minInstances, maxInstances } = instanceBounds(file);
  const canBeEmpty = file.scaleToZero || file.async;
  return {
    ...file,
    gpus: sagemakerInstance(file.instance)?.gpu?.count ?? 0,
    minInstances,
    maxInstances,
    capturePercent: file.capturePercent ?? (rollout.strategy === 'shadow' ? 100 : 0),
    ...(hours && { offHours: { ...hours, instances: hours.instances ?? (canBeEmpty ? 0 : 1) } }),
    rollout: effectiveEndpointRollout(file, rollout),
  };
}

export function instanceBounds(file: Partial<SagemakerFile>): {
  readonly minInstances: number;
  readonly maxInstances: number;
} {
  const minInstances = file.minInstances ?? (file.scaleToZero ? 0 : 1);
  return { minInstances, maxInstances: file.maxInstances ?? Math.max(minInstances, 1) };
}

/** The strategy where model.yaml names none: the one that this fleet can do and that fails safest. */
export function defaultStrategy(file: Partial<SagemakerFile>): EndpointRollout['strategy'] {
  if (file.scaleToZero) return 'rolling';
  // A canary is at most half of the instances, so one instance has none.
  return instanceBounds(file).minInstances >= 2 ? 'canary' : 'blue-green';
}

function effectiveEndpointRollout(
  file: Partial<SagemakerFile>,
  { strategy, percent, minutes }: RolloutFile,
): EndpointRollout {
  const chosen = (strategy ?? defaultStrategy(file)) as EndpointRollout['strategy'];
  if (chosen === 'all-at-once') return { strategy: chosen };
  if (chosen === 'blue-green') return { strategy: chosen, minutes };
  return { strategy: chosen, percent: percent ?? defaultPercent(file, chosen), minutes };
}

/** Fleets shift whole instances: 10 % where that is one instance or more, else the share of one. */
function defaultPercent(file: Partial<SagemakerFile>, strategy: string): number {
  if (strategy === 'shadow' || file.scaleToZero) return 10;
  return Math.max(10, Math.ceil(100 / Math.max(2, instanceBounds(file).minInstances)));
}

function flag() {
  return z.boolean({ error: 'must be true or false' });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // The one way in which Intl says that it does not know a zone.
    return false;
  }
}
