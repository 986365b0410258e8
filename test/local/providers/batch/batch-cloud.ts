import { realTime } from '../../../../local/host/real-time.ts';
import { batchProvider } from '../../../../local/providers/batch/index.ts';
import { createLogsProvider } from '../../../../local/providers/logs/index.ts';
import { createTestHost } from '../../../fixtures/local-host.ts';

export interface Told {
  readonly status: string;
  readonly jobId: string;
}

/** A cloud with Batch on a machine of two processors, where `sh` is an image that runs a script. */
export async function batchCloud(folder?: string) {
  const told: Told[] = [];
  const operations = {
    PutEvents: ({ Entries }: { Entries: { Detail: string }[] }) => {
      for (const { Detail } of Entries) told.push(JSON.parse(Detail));
      return {};
    },
  };
  const cloud = await createTestHost({
    providers: {
      batch: (host) => batchProvider(host, { time: realTime, vcpus: 2 }),
      logs: createLogsProvider,
      events: () => ({ operations, resources: {} }),
    },
    standIns: [{ image: /^sh$/, entryPoint: ['/bin/sh', '-c'] }],
    ...(folder && { folder }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
  const call = <T = any>(operation: string, input: Record<string, unknown>) =>
    cloud.host.call<T>('batch', operation, input);

  const job = async (jobId: string) => (await call('DescribeJobs', { jobs: [jobId] })).jobs[0];

  return {
    ...cloud,
    call,
    job,
    told,
    /** A queue on Spot or on-demand capacity, and a definition that runs a script. */
    prepare: async (
      script: string,
      options: { type?: string; definition?: object; container?: object } = {},
    ) => {
      const { type = 'SPOT' } = options;
      await call('CreateComputeEnvironment', {
        computeEnvironmentName: 'machines',
        type: 'MANAGED',
        computeResources: { type, maxvCpus: 8 },
      });
      await call('CreateJobQueue', {
        jobQueueName: 'queue',
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'machines' }],
      });
      await call('RegisterJobDefinition', {
        jobDefinitionName: 'script',
        type: 'container',
        containerProperties: {
          image: 'sh',
          command: [script],
          resourceRequirements: [{ type: 'VCPU', value: '1' }],
          ...options.container,
        },
        ...options.definition,
      });
    },
    submit: async (input: object = {}): Promise<string> => {
      const common = { jobName: 'job', jobQueue: 'queue', jobDefinition: 'script' };
      return (await call('SubmitJob', { ...common, ...input })).jobId;
    },
    /** The job once it is in that state; a job that ends in another one fails the test. */
    until: async (jobId: string, status: string) => {
      for (;;) {
        const found = await job(jobId);
        if (found.status === status) return found;
        if (['SUCCEEDED', 'FAILED'].includes(found.status)) {
          throw new Error(`${jobId} is ${found.status}: ${JSON.stringify(found)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    /** All that the job has printed. */
    output: async (jobId: string): Promise<string[]> => {
      await cloud.clock.advance(1000);
      const { container } = await job(jobId);
      const { events } = await cloud.host.call<{ events: { message: string }[] }>(
        'logs',
        'GetLogEvents',
        {
          logGroupName: '/aws/batch/job',
          logStreamName: container.logStreamName,
          startFromHead: true,
        },
      );
      return events.map(({ message }) => message);
    },
  };
}

export type BatchCloud = Awaited<ReturnType<typeof batchCloud>>;
