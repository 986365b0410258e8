/**
 * Environment variables that the CDK app sets and the functions read.
 * Written once here, so that a renamed variable breaks the compile and not production.
 */
export const environment = {
  /** The model's name as its folder spells it. */
  model: 'SISKIN_MODEL',
  /** Digest over everything in the model's package: a change makes a new Lambda version. */
  artifactDigest: 'SISKIN_ARTIFACT_DIGEST',
  /** The stage, for logs and metrics. */
  stage: 'SISKIN_STAGE',
  /** Threads that one inference may use; 1 below two vCPUs. */
  intraOpThreads: 'SISKIN_INTRA_OP_THREADS',
  /** Bucket of model versions that do not fit the package. */
  modelBucket: 'SISKIN_MODEL_BUCKET',
  /** ARN of the Lambda version that the pre-traffic check judges. */
  checkedVersion: 'SISKIN_CHECKED_VERSION',
  /** ARN of the alias that callers reach; before traffic shifts it still leads to the old version. */
  liveAlias: 'SISKIN_LIVE_ALIAS',
} as const;
