import {
  type BatchCapacity,
  type BatchPrice,
  batchEnvironment,
  batchExitCodes,
} from '../../../serving/contract/batch.ts';

/** What the states call, as ARNs. */
export interface JobFlowParts {
  readonly planner: string;
  readonly verifier: string;
  readonly jobDefinition: string;
  readonly spotQueue: string;
  readonly onDemandQueue: string;
  /** What a vCPU costs, where that is known. */
  readonly prices: Readonly<Partial<Record<BatchCapacity, BatchPrice | undefined>>>;
  /** Where the workers' lines are. */
  readonly logGroup: string;
}

/** How the reasons begin that Batch gives for jobs whose Spot capacity was taken back. */
export const lostInstance = 'Host EC2';
export const interruptedTask = 'Your Spot Task was interrupted';

/**
 * A batch job in the Amazon States Language, with JSONPath: plan, work on Spot capacity, what is left of
 * it on demand, verify. Its input is a `BatchRequest`, its output a `BatchResult`.
 */
export function jobFlow(parts: JobFlowParts): object {
  return {
    Comment: 'A batch job: its input is a BatchRequest, its output a BatchResult',
    StartAt: 'Plan',
    States: {
      Plan: { ...invoke(parts.planner, { 'Payload.$': '$' }), Next: 'IsAnythingToDo' },
      IsAnythingToDo: {
        Type: 'Choice',
        Choices: [{ Variable: '$.workers', NumericGreaterThan: 0, Next: 'WorkOnSpot' }],
        Default: 'Verify',
      },
      WorkOnSpot: work(parts, 'spot', 'WasItTheJob'),
      ...findReason(),
      WorkOnDemand: work(parts, 'on-demand', 'WasItTheJobAgain'),
      WasItTheJobAgain: {
        Type: 'Choice',
        Choices: [{ ...jobFailed, Next: 'Verify' }],
        Default: 'Failed',
      },
      Verify: {
        ...invoke(parts.verifier, { Payload: { 'plan.$': '$.plan' } }),
        End: true,
      },
      WorkersFailed: {
        Type: 'Fail',
        Error: 'WorkersFailed',
        Cause: `A worker failed, and not by an interruption: the log group ${parts.logGroup} says why`,
      },
      Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
    },
  };
}

/** A step that is a function; an error of its own ends the job with its name. */
export function invoke(FunctionName: string, payload: object): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName, ...payload },
    OutputPath: '$.Payload',
    Retry: [
      {
        ErrorEquals: [
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.TooManyRequestsException',
        ],
        IntervalSeconds: 2,
        MaxAttempts: 6,
        BackoffRate: 2,
      },
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Failed' }],
  };
}

function work(parts: JobFlowParts, capacity: BatchCapacity, onFailure: string): object {
  const price = parts.prices[capacity];
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::batch:submitJob.sync',
    Parameters: {
      JobName: capacity,
      JobQueue: capacity === 'spot' ? parts.spotQueue : parts.onDemandQueue,
      JobDefinition: parts.jobDefinition,
      ArrayProperties: { 'Size.$': '$.workers' },
      ContainerOverrides: {
        Environment: [
          { Name: batchEnvironment.plan, 'Value.$': '$.plan' },
          { Name: batchEnvironment.workers, 'Value.$': "States.Format('{}', $.workers)" },
          { Name: batchEnvironment.capacity, Value: capacity },
          ...(price ? [{ Name: batchEnvironment.price, Value: JSON.stringify(price) }] : []),
        ],
      },
    },
    ResultPath: null,
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: onFailure }],
    Next: 'Verify',
  };
}

/** The error of a job that was run and failed; one that could not be submitted has another. */
export const jobFailed = { Variable: '$.error.Error', StringEquals: 'States.TaskFailed' };

/**
 * The array's failure does not say why a worker failed. One of those that did is asked: where the first
 * one met an interruption, the others are tried on demand too, and one with bad input fails there again.
 */
function findReason(): Record<string, object> {
  const child = '$.failed.children[0]';
  const exitCode = `${child}.Container.ExitCode`;
  const ended = (code: number) => ({
    And: [
      { Variable: exitCode, IsPresent: true },
      { Variable: exitCode, NumericEquals: code },
    ],
  });
  const because = (reason: string) => ({
    And: [
      { Variable: `${child}.StatusReason`, IsPresent: true },
      { Variable: `${child}.StatusReason`, StringMatches: `${reason}*` },
    ],
  });
  return {
    WasItTheJob: {
      Type: 'Choice',
      Choices: [{ ...jobFailed, Next: 'ReadFailure' }],
      Default: 'Failed',
    },
    ReadFailure: {
      Type: 'Pass',
      Parameters: { 'job.$': 'States.StringToJson($.error.Cause)' },
      ResultPath: '$.failed',
      Next: 'FindFailedWorker',
    },
    FindFailedWorker: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:batch:listJobs',
      Parameters: { 'ArrayJobId.$': '$.failed.job.JobId', JobStatus: 'FAILED', MaxResults: 1 },
      ResultSelector: { 'children.$': '$.JobSummaryList' },
      ResultPath: '$.failed',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Failed' }],
      Next: 'WasItAnInterruption',
    },
    WasItAnInterruption: {
      Type: 'Choice',
      Choices: [
        // The verifier knows what the worker has left behind, and says it.
        { ...ended(batchExitCodes.badInput), Next: 'Verify' },
        { ...because(lostInstance), Next: 'WorkOnDemand' },
        { ...because(interruptedTask), Next: 'WorkOnDemand' },
        { ...ended(batchExitCodes.interrupted), Next: 'WorkOnDemand' },
        { ...ended(batchExitCodes.killed), Next: 'WorkOnDemand' },
      ],
      Default: 'WorkersFailed',
    },
  };
}
