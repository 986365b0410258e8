import type { BatchPrice } from './batch-report.ts';

/** Words of batch jobs that SageMaker runs as transform jobs. */

/** Settings of the planner, which reads them as JSON from `plannerEnvironment.settings`. */
export interface TransformSettings {
  /** What the names of transform jobs begin with. */
  readonly jobPrefix: string;
  /** The machines of a job. */
  readonly instances: TransformInstances;
}

export interface TransformInstances {
  readonly type: string;
  readonly count: number;
  /** Of one. */
  readonly vcpus: number;
  /** Missing for a type whose price is not known. */
  readonly price?: BatchPrice;
}

/** What the planner answers to the state machine. */
export interface TransformPlanResult {
  /** Place of the plan: `<output>_siskin/plan.json`. */
  readonly plan: string;
  /** Objects that have no complete answers yet. With none the state machine goes on to the verifier. */
  readonly objects: number;
  /** Name of the transform job to start. */
  readonly jobName: string;
  /** Place of the manifest with those objects. */
  readonly manifest: string;
  /** Place that the transform job writes below. */
  readonly output: string;
  /** Filled in once there is a transform job. */
  readonly transform: TransformOutcome;
}

export interface TransformOutcome {
  readonly job?: TransformJobFacts;
}

/** What DescribeTransformJob says, as Step Functions hands it on. */
export interface TransformJobFacts {
  readonly TransformJobName: string;
  readonly TransformJobStatus: string;
  readonly FailureReason?: string;
  /** Milliseconds since 1970, or ISO 8601. */
  readonly TransformStartTime?: number | string;
  readonly TransformEndTime?: number | string;
}

/** What the state machine hands to the verifier. */
export interface TransformVerifyRequest {
  /** Place of the plan. */
  readonly plan: string;
  readonly transform: TransformOutcome;
}
