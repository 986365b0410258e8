import type { Route } from '../../host/provider.ts';

/** Every operation of Batch is a POST to its own path, in lower case. */
const names = [
  'SubmitJob',
  'DescribeJobs',
  'ListJobs',
  'TerminateJob',
  'CancelJob',
  'RegisterJobDefinition',
  'DeregisterJobDefinition',
  'DescribeJobDefinitions',
  'CreateComputeEnvironment',
  'UpdateComputeEnvironment',
  'DeleteComputeEnvironment',
  'DescribeComputeEnvironments',
  'CreateJobQueue',
  'UpdateJobQueue',
  'DeleteJobQueue',
  'DescribeJobQueues',
  // Of the local cloud alone.
  'InterruptJob',
];

export const batchRoutes: readonly Route[] = names.map((operation) => ({
  method: 'POST',
  path: `/v1/${operation.toLowerCase()}`,
  operation,
}));
