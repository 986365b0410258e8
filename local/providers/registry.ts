import type { CreateProvider } from '../host/provider.ts';
import { createApigatewayProvider } from './apigateway/index.ts';
import { createApplicationAutoscalingProvider } from './application-autoscaling/index.ts';
import { createBatchProvider } from './batch/index.ts';
import { createCloudFormationProvider } from './cloudformation/index.ts';
import { createCloudwatchProvider } from './cloudwatch/index.ts';
import { createCodedeployProvider } from './codedeploy/index.ts';
import { createEc2Provider } from './ec2/index.ts';
import { createEcrProvider } from './ecr/index.ts';
import { createEventsProvider } from './events/index.ts';
import { createIamProvider } from './iam/index.ts';
import { createKmsProvider } from './kms/index.ts';
import { createLambdaProvider } from './lambda/index.ts';
import { createLogsProvider } from './logs/index.ts';
import { createS3Provider } from './s3/index.ts';
import { createSagemakerProvider } from './sagemaker/index.ts';
import { createSnsProvider } from './sns/index.ts';
import { createSsmProvider } from './ssm/index.ts';
import { createStatesProvider } from './states/index.ts';
import { createStsProvider } from './sts/index.ts';

/** Every service of the local cloud, by its name. They start in this order. */
export const registry: Readonly<Record<string, CreateProvider>> = {
  apigateway: createApigatewayProvider,
  'application-autoscaling': createApplicationAutoscalingProvider,
  batch: createBatchProvider,
  cloudwatch: createCloudwatchProvider,
  codedeploy: createCodedeployProvider,
  ec2: createEc2Provider,
  ecr: createEcrProvider,
  events: createEventsProvider,
  iam: createIamProvider,
  kms: createKmsProvider,
  lambda: createLambdaProvider,
  logs: createLogsProvider,
  s3: createS3Provider,
  sagemaker: createSagemakerProvider,
  sns: createSnsProvider,
  ssm: createSsmProvider,
  states: createStatesProvider,
  sts: createStsProvider,
  // Last: at its start it rolls back what was cut off, and needs all the others for that.
  cloudformation: createCloudFormationProvider,
};
