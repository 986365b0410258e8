import { availableParallelism } from 'node:os';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { CreateProvider, Provider } from '../../host/provider.ts';
import { realTime } from '../../host/real-time.ts';
import { ComputeEnvironments, computeEnvironmentOperations } from './compute-environment.ts';
import { JobDefinitions, jobDefinitionOperations } from './job-definition.ts';
import { jobOperations } from './job-operations.ts';
import { JobQueues, jobQueueOperations } from './job-queue.ts';
import { Jobs } from './jobs.ts';
import { batchResources } from './resources.ts';
import { batchRoutes } from './routes.ts';
import { Scheduler } from './scheduler.ts';

/** Batch: jobs as processes of this machine, as many at once as it has processors. */
export const createBatchProvider: CreateProvider = (host) =>
  batchProvider(host, { time: realTime, vcpus: availableParallelism() });

/** With another machine: for tests. */
export function batchProvider(host: Host, machine: { time: Clock; vcpus: number }): Provider {
  const environments = new ComputeEnvironments(host);
  const queues = new JobQueues(host, environments);
  const definitions = new JobDefinitions(host);
  const jobs = new Jobs(host);
  const scheduler = new Scheduler({ host, jobs, queues, ...machine });
  return {
    operations: {
      ...computeEnvironmentOperations(environments),
      ...jobQueueOperations(queues),
      ...jobDefinitionOperations(definitions),
      ...jobOperations({ host, jobs, queues, definitions, scheduler }),
    },
    resources: batchResources({ environments, queues, definitions }),
    routes: batchRoutes,
    start: async () => scheduler.start(),
    stop: () => scheduler.stop(),
  };
}
