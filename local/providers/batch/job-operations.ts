import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { type JobPlace, jobStatuses, placeOf } from './job.ts';
import {
  type Container,
  type JobDefinitions,
  keyValues,
  resourceRequirements,
  timeoutSchema,
} from './job-definition.ts';
import { describeJob, summarizeJob } from './job-description.ts';
import type { JobQueues } from './job-queue.ts';
import type { Jobs } from './jobs.ts';
import { retryStrategySchema } from './retry-strategy.ts';
import type { Scheduler } from './scheduler.ts';

const overrides = z.strictObject({
  command: z.array(z.string()).optional(),
  environment: keyValues.default([]),
  resourceRequirements: resourceRequirements.default([]),
});

/** Strict: what the local cloud does not do, such as dependencies, is refused by its name. */
const submitInput = z.strictObject({
  jobName: z.string().regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'expected letters, digits, - and _'),
  jobQueue: z.string(),
  jobDefinition: z.string(),
  arrayProperties: z
    .object({
      size: integer.refine((size) => size >= 2 && size <= 10_000, 'expected 2 to 10000').optional(),
    })
    .optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  containerOverrides: overrides.default({ environment: [], resourceRequirements: [] }),
  retryStrategy: retryStrategySchema.optional(),
  timeout: timeoutSchema.optional(),
  propagateTags: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
const describeInput = z.object({ jobs: z.array(z.string()).max(100) });
const listInput = z.object({
  jobQueue: z.string().optional(),
  arrayJobId: z.string().optional(),
  jobStatus: z.enum(jobStatuses).optional(),
  maxResults: integer.optional(),
  nextToken: z.string().optional(),
  filters: z
    .array(z.object({ name: z.literal('JOB_NAME'), values: z.array(z.string()).min(1) }))
    .max(1)
    .optional(),
});
const endInput = z.object({ jobId: z.string(), reason: z.string() });
const interruptInput = z.object({ jobId: z.string(), notice: z.boolean() });

export interface JobParts {
  readonly host: Host;
  readonly jobs: Jobs;
  readonly queues: JobQueues;
  readonly definitions: JobDefinitions;
  readonly scheduler: Scheduler;
}

export function jobOperations(parts: JobParts): Record<string, Operation> {
  const { host, jobs, scheduler } = parts;
  return {
    SubmitJob: (input) => submit(parts, input),
    DescribeJobs: (input) => {
      const { jobs: ids } = parseInput(describeInput, input, 'ClientException');
      const known = ids.map(placeOf).filter((place) => jobs.find(place));
      return { jobs: known.map((place) => describeJob(host, place, jobs)) };
    },
    ListJobs: (input) => list(parts, input),
    TerminateJob: (input) => {
      const { jobId, reason } = parseInput(endInput, input, 'ClientException');
      scheduler.end(jobId, 'terminate', reason);
      return {};
    },
    CancelJob: (input) => {
      const { jobId, reason } = parseInput(endInput, input, 'ClientException');
      scheduler.end(jobId, 'cancel', reason);
      return {};
    },
    /** Of the local cloud alone: what AWS does by itself when it takes Spot capacity back. */
    InterruptJob: (input) => {
      const { jobId, notice } = parseInput(interruptInput, input, 'ClientException');
      scheduler.interrupt(jobId, notice);
      return {};
    },
  };
}

function submit({ jobs, queues, definitions, scheduler, host }: JobParts, input: unknown) {
  const given = parseInput(submitInput, input, 'ClientException');
  const queue = queues.get(given.jobQueue);
  if (queue.state === 'DISABLED') {
    throw new AwsError('ClientException', `JobQueue ${queue.name} is disabled`);
  }
  const definition = definitions.active(given.jobDefinition);
  const { containerProperties: container, timeout } = definition;
  const job = jobs.add({
    id: randomUUID(),
    name: given.jobName,
    queue: queue.arn,
    definition: definition.arn,
    definitionName: definition.jobDefinitionName,
    container: overridden(container, given.containerOverrides),
    retry: given.retryStrategy ?? definition.retryStrategy,
    timeoutSeconds: (given.timeout ?? timeout)?.attemptDurationSeconds,
    size: given.arrayProperties?.size,
    platform: definition.platformCapabilities[0] ?? 'EC2',
    parameters: { ...definition.parameters, ...given.parameters },
    tags: given.tags,
  });
  scheduler.submit(job);
  return { jobArn: host.arn('batch', `job/${job.id}`), jobId: job.id, jobName: job.name };
}

function overridden(container: Container, given: z.output<typeof overrides>): Container {
  const environment = new Map(
    [...container.environment, ...given.environment].map((one) => [one.name, one]),
  );
  const requirements = new Map(
    [...container.resourceRequirements, ...given.resourceRequirements].map((one) => [
      one.type,
      one,
    ]),
  );
  return {
    ...container,
    command: given.command ?? container.command,
    environment: [...environment.values()],
    resourceRequirements: [...requirements.values()],
  };
}

function list({ host, jobs, queues }: JobParts, input: unknown) {
  const given = parseInput(listInput, input, 'ClientException');
  if ((given.jobQueue === undefined) === (given.arrayJobId === undefined)) {
    throw new AwsError('ClientException', 'Exactly one of jobQueue and arrayJobId is required');
  }
  const found = given.arrayJobId
    ? jobs.children(placeOf(given.arrayJobId).id)
    : jobs
        .all()
        .filter(({ queue }) => queue === queues.get(given.jobQueue as string).arn)
        .map((job): JobPlace & { job: typeof job } => ({ id: job.id, job }));
  const [filter] = given.filters ?? [];
  // AWS: a filter takes the place of the status.
  const status = filter ? undefined : (given.jobStatus ?? 'RUNNING');
  const chosen = found.filter(
    ({ job }) =>
      (status === undefined || job.status === status) &&
      (!filter || filter.values.some((pattern) => isNamed(job.name, pattern))),
  );
  const size = Math.min(given.maxResults ?? 100, 100);
  const { items, nextToken } = pageOf(chosen, given.nextToken, size, 'ClientException');
  return {
    jobSummaryList: items.map(({ job, ...place }) => summarizeJob(host, place, job)),
    ...(nextToken && { nextToken }),
  };
}

/** AWS compares names without regard to case; a star at the end stands for the rest. */
function isNamed(name: string, pattern: string): boolean {
  const [given, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
  return wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}
