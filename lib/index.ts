/**
 * The public door of the construct library. Most apps need `synthesizeFromContext` alone; the rest is
 * for those that build their own app from its parts.
 */
export {
  type Artifacts,
  type BuildOptions,
  buildArtifacts,
  planModel,
} from '../build/artifacts.ts';
export type { ModelArchives } from '../build/endpoint-archives.ts';
export type { FunctionBundle, FunctionBundles } from '../build/functions.ts';
export type { ServedFile, ServedVersion } from '../build/model-package.ts';
export type { LayerArchitecture, OnnxruntimeLayer } from '../build/onnxruntime-layer.ts';
export type { PackagePlan, SizedVersion } from '../build/package-plan.ts';
export { type Config, ConfigError, readConfig } from './config/config.ts';
export { loadContext } from './config/load-context.ts';
export { InferenceApi, type InferenceApiProps } from './constructs/api/inference-api.ts';
export { BatchJobs, type BatchJobsProps } from './constructs/batch/batch-jobs.ts';
export { BatchNetwork, type BatchNetworkProps } from './constructs/batch/batch-network.ts';
export { LambdaModel, type LambdaModelProps } from './constructs/lambda-model/lambda-model.ts';
export { type MetricScope, ModelMetrics } from './constructs/lambda-model/model-metrics.ts';
export { AlarmTopics, type AlarmTopicsProps } from './constructs/observability/alarm-topics.ts';
export {
  PlatformDashboard,
  type PlatformDashboardProps,
} from './constructs/observability/platform-dashboard.ts';
export { ReleaseAlarms, type ReleaseAlarmsProps } from './constructs/rollout/release-alarms.ts';
export { Rollout, type RolloutProps } from './constructs/rollout/rollout.ts';
export { Engine, type EngineBinding } from './constructs/sagemaker-model/engine.ts';
export {
  SagemakerModel,
  type SagemakerModelProps,
} from './constructs/sagemaker-model/sagemaker-model.ts';
export type { ServedModel } from './constructs/served-model.ts';
export { InferenceApp, type InferenceAppProps } from './inference-app.ts';
export { type ModelPlan, planModels } from './model-plan.ts';
export type { BatchConfig } from './model-repository/batch-config.ts';
export type {
  AlarmLimits,
  Model,
  ModelRepository,
  ModelVersion,
} from './model-repository/model.ts';
export { formatProblem, type Problem, RepositoryError } from './model-repository/problem.ts';
export { readModelRepository } from './model-repository/read-model-repository.ts';
export { ApiStack } from './stacks/api-stack.ts';
export { ModelStack } from './stacks/model-stack.ts';
export { PlatformStack } from './stacks/platform-stack.ts';
export {
  type Extension,
  type SynthesizeOptions,
  synthesize,
  synthesizeFromContext,
} from './synthesize.ts';
