import { Cron } from 'croner';
import { z } from 'zod';
import { number, text, wholeNumber } from './fields.ts';

/** The block `batch:` of model.yaml: where and how jobs over files run. */

/** AWS Batch: children of an array job. */
const maxWorkers = 10_000;
/** AWS Batch: attempts of a job. */
const maxAttempts = 10;

const keyPrefix = (example: string) =>
  z
    .string({ error: `must be a prefix such as ${example}` })
    .max(256, 'must have 256 characters at most')
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9!_.'()-]*(\/[A-Za-z0-9!_.'()-]+)*\/$/,
      `must be a prefix such as ${example}: letters, digits and !_.'()-, not beginning with /, ending with /`,
    );

const bucketName = z
  .string({ error: 'must be a list of bucket names' })
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket');

const family = z
  .string({ error: 'must be a list of instance families, such as [c7i, m7i]' })
  .regex(/^[a-z]{1,3}[0-9][a-z0-9-]*$/, 'must be an instance family, such as c7i');

export const batchConfigSchema = z
  .strictObject(
    {
      compute: z
        .enum(['ec2-spot', 'fargate-spot'], { error: 'must be ec2-spot or fargate-spot' })
        .default('ec2-spot')
        .describe(
          'Where workers run. `ec2-spot`: instances of several families, cheapest; `fargate-spot`: no instances to wait for, and up to 16 vCPUs a worker',
        ),
      families: z
        .array(family, { error: 'must be a list of instance families, such as [c7i, m7i]' })
        .min(2, 'must name two families at least: one alone is reclaimed all at once')
        .max(20, 'must name 20 families at most')
        .optional()
        .describe(
          'Instance families to choose from. Only with ec2-spot. Default: c7i, c6i, c7a, m7i, m6i; on arm64 c8g, c7g, m8g, m7g, c6g',
        ),
      vcpus: number(0.25, 192)
        .default(1)
        .describe('vCPUs of one worker; one inference uses all of them'),
      memory: wholeNumber(512, 1_572_864)
        .optional()
        .describe(
          'Memory of one worker in MiB. Default: 1792 for each vCPU (ec2-spot), 2048 (fargate-spot)',
        ),
      workers: wholeNumber(2, maxWorkers)
        .default(16)
        .describe('Workers of one job at most; a job of few shards has fewer'),
      instances: wholeNumber(1, 100)
        .default(1)
        .describe(
          'Instances of one transform job, of the type `sagemaker.instance`; each object goes to one of them. Only with target sagemaker',
        ),
      onDemandAfter: wholeNumber(1, maxAttempts)
        .default(3)
        .describe(
          'Interruptions of one worker after which what is left of the job goes to on-demand capacity',
        ),
      errorLimit: wholeNumber(0, 1_000_000_000)
        .default(100)
        .describe('Failed rows that a job tolerates; with one more it stops'),
      timeout: wholeNumber(1, 20_160)
        .default(720)
        .describe('Minutes that one attempt of a worker may take, or a transform job'),
      input: keyPrefix('in/')
        .optional()
        .describe(
          "Prefix below `batch/<model>/` of the platform's data bucket whose objects start jobs: each when it arrives, or by `schedule`. Default: none, jobs are started by hand",
        ),
      output: keyPrefix('out/')
        .default('out/')
        .describe(
          'Prefix below `batch/<model>/` under which jobs that start by themselves write, each into a folder of its own',
        ),
      schedule: text()
        .optional()
        .describe(
          'When jobs start over the objects of `input` that are new since the last one: `rate(1 day)` or `cron(0 3 * * ? *)`, in UTC. Default: none, each object starts a job',
        ),
      buckets: z
        .array(bucketName, { error: 'must be a list of bucket names' })
        .max(20, 'must name 20 buckets at most')
        .optional()
        .describe(
          "Further buckets that jobs may read and write. Default: only the model's own prefix `batch/<model>/` of the platform's data bucket",
        ),
    },
    { error: 'must be a map such as {compute: ec2-spot, workers: 16}' },
  )
  .superRefine((value, context) => {
    const refuse = (field: keyof typeof value, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (value.compute === 'fargate-spot') {
      if (value.families)
        refuse('families', 'means nothing to fargate-spot, which has no instances');
      const problem = fargateProblem(value.vcpus, memoryOf(value));
      if (problem) refuse(value.memory === undefined ? 'vcpus' : 'memory', problem);
    } else if (!Number.isInteger(value.vcpus)) {
      refuse('vcpus', 'must be a whole number with ec2-spot; fargate-spot knows parts of a vCPU');
    }
    if (value.schedule !== undefined) {
      const problem = scheduleProblem(value.schedule);
      if (problem) refuse('schedule', problem);
      if (value.input === undefined) {
        refuse('schedule', 'needs `input`: the prefix whose new objects a job takes');
      }
    }
    for (const field of ['input', 'output'] as const) {
      if (!value[field]?.match(/^(jobs|marks)\//)) continue;
      refuse(
        field,
        'begins with jobs/ or marks/, where `siskin batch run` and the schedule keep theirs',
      );
    }
    if (value.input === undefined) return;
    if (value.input.startsWith(value.output) || value.output.startsWith(value.input)) {
      refuse(
        'output',
        `lies within input (${value.input}) or around it: a job would start the next one`,
      );
    }
  });

export type BatchFile = z.output<typeof batchConfigSchema>;

/** `batch:` with every default filled in. */
export type BatchConfig = BatchFile & { readonly memory: number };

export function effectiveBatch(file: BatchFile): BatchConfig {
  return { ...file, memory: memoryOf(file) };
}

/** On EC2 a little less than an instance of family c has for each vCPU: the agent takes its share. */
function memoryOf({ compute, vcpus, memory }: Pick<BatchFile, 'compute' | 'vcpus' | 'memory'>) {
  return memory ?? vcpus * (compute === 'ec2-spot' ? 1792 : 2048);
}

/** Fargate's sizes by vCPUs: MiB from, to, and in steps of. */
const fargateSizes: Readonly<Record<number, readonly [number, number, number]>> = {
  0.25: [512, 2048, 512],
  0.5: [1024, 4096, 1024],
  1: [2048, 8192, 1024],
  2: [4096, 16_384, 1024],
  4: [8192, 30_720, 1024],
  8: [16_384, 61_440, 4096],
  16: [32_768, 122_880, 8192],
};

function fargateProblem(vcpus: number, memory: number): string | undefined {
  const size = fargateSizes[vcpus];
  if (!size) {
    const known = Object.keys(fargateSizes).sort((a, b) => +a - +b);
    return `Fargate has no size of ${vcpus} vCPUs: choose one of ${known.join(', ')}`;
  }
  const [min, max, step] = size;
  // 0.25 vCPUs come with 512, 1024 or 2048 MiB, and not with what lies between.
  if (memory >= min && memory <= max && memory % step === 0 && memory !== 1536) return undefined;
  return `Fargate gives ${vcpus} vCPUs ${min} to ${max} MiB, in steps of ${step}`;
}

/** What EventBridge would refuse, and only once the stack is deployed. */
export function scheduleProblem(schedule: string): string | undefined {
  const [, amount, unit] = /^rate\((\d+) (minutes?|hours?|days?)\)$/.exec(schedule) ?? [];
  if (unit) {
    if (Number(amount) === 0) return 'must have a rate above 0';
    if ((amount === '1') !== !unit.endsWith('s')) {
      return `must be rate(1 ${unit.replace(/s$/, '')}) or a larger number of ${unit.replace(/s$/, '')}s`;
    }
    return undefined;
  }
  const [, fields] = /^cron\(([^)]*)\)$/.exec(schedule) ?? [];
  const parts = fields?.trim().split(/ +/) ?? [];
  if (parts.length !== 6) {
    return 'must be rate(<n> minutes|hours|days) or cron(<minute> <hour> <day of month> <month> <day of week> <year>)';
  }
  if ((parts[2] === '?') === (parts[4] === '?')) {
    return 'must have ? as its day of month or as its day of week, and not as both';
  }
  return cronProblem(parts);
}

function cronProblem(parts: readonly string[]): string | undefined {
  // EventBridge counts days of the week from 1, Sunday; and 5/10 there is 5-59/10.
  const last = [59, 23, 31, 12, 7, 2199];
  const translated = parts.map((part, index) => {
    const stepped = part.replace(/^(\d+)\//, `$1-${last[index]}/`).replace('?', '*');
    return index === 4
      ? stepped.replace(/(?<![/#\d])\d+/g, (day) => `${Number(day) - 1}`)
      : stepped;
  });
  try {
    new Cron(`0 ${translated.join(' ')}`, { mode: '7-part', timezone: 'UTC', paused: true });
    return undefined;
  } catch (error) {
    return `is no cron expression: ${(error as Error).message}`;
  }
}
