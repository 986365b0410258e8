import { invoke, jobFailed } from './job-flow.ts';

/** What the states call. */
export interface TransformFlowParts {
  /** ARNs. */
  readonly planner: string;
  readonly verifier: string;
  /** Name of the SageMaker model. */
  readonly model: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  /** Minutes that a transform job may take. */
  readonly timeout: number;
}

/** SageMaker's bound is 100 MB for the two together. */
const concurrency = 16;
const payloadMegabytes = 6;

/**
 * A batch job in the Amazon States Language, with JSONPath, for a model on SageMaker: plan, transform,
 * verify. Its input is a `BatchRequest`, its output a `BatchResult`, as with workers.
 */
export function transformFlow(parts: TransformFlowParts): object {
  return {
    Comment: 'A batch job: its input is a BatchRequest, its output a BatchResult',
    StartAt: 'Plan',
    States: {
      Plan: { ...invoke(parts.planner, { 'Payload.$': '$' }), Next: 'IsAnythingToDo' },
      IsAnythingToDo: {
        Type: 'Choice',
        Choices: [{ Variable: '$.objects', NumericGreaterThan: 0, Next: 'Transform' }],
        Default: 'Verify',
      },
      Transform: transform(parts),
      WasItTheJob: {
        Type: 'Choice',
        Choices: [{ ...jobFailed, Next: 'ReadFailure' }],
        Default: 'Failed',
      },
      // The verifier knows which objects are finished, and says it with SageMaker's reason.
      ReadFailure: {
        Type: 'Pass',
        Parameters: { 'job.$': 'States.StringToJson($.error.Cause)' },
        ResultPath: '$.transform',
        Next: 'Verify',
      },
      Verify: {
        ...invoke(parts.verifier, {
          Payload: { 'plan.$': '$.plan', 'transform.$': '$.transform' },
        }),
        End: true,
      },
      Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
    },
  };
}

function transform({ model, instanceType, instanceCount, timeout }: TransformFlowParts): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
    TimeoutSeconds: timeout * 60,
    Parameters: {
      'TransformJobName.$': '$.jobName',
      ModelName: model,
      // A record is a request, and a request's answer a line: so lines can be counted on both sides.
      BatchStrategy: 'SingleRecord',
      MaxConcurrentTransforms: concurrency,
      MaxPayloadInMB: payloadMegabytes,
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'ManifestFile', 'S3Uri.$': '$.manifest' } },
        ContentType: 'application/json',
        CompressionType: 'None',
        SplitType: 'Line',
      },
      TransformOutput: {
        'S3OutputPath.$': '$.output',
        Accept: 'application/json',
        AssembleWith: 'Line',
      },
      TransformResources: { InstanceType: instanceType, InstanceCount: instanceCount },
    },
    ResultSelector: { 'job.$': '$' },
    ResultPath: '$.transform',
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'WasItTheJob' }],
    Next: 'Verify',
  };
}
