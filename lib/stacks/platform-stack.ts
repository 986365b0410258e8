import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../config/names.ts';
import { GatewayAccount } from '../constructs/api/gateway-account.ts';
import { BatchNetwork } from '../constructs/batch/batch-network.ts';
import { AlarmTopics } from '../constructs/observability/alarm-topics.ts';
import { PlatformDashboard } from '../constructs/observability/platform-dashboard.ts';
import { PrivateBucket } from '../constructs/storage/private-bucket.ts';
import type { Model } from '../model-repository/model.ts';
import { type StackContext, stackTags } from './stack-context.ts';

/** What all models of a stage share, and what outlives each of them. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, models: readonly Model[], { config }: StackContext) {
    const name = namesOf(config.stage).platformStack;
    super(scope, name, {
      stackName: name,
      description: `Siskin platform of stage ${config.stage}`,
      tags: stackTags(config),
    });
    const accessLogs = new PrivateBucket(this, 'AccessLogs', { purpose: 'accessLogs' });
    new PrivateBucket(this, 'Data', {
      purpose: 'data',
      accessLogs: accessLogs.bucket,
      bucketName: namesOf(config.stage).dataBucket(this.account, this.region),
    });
    new AlarmTopics(this, 'Alarms', { stage: config.stage });
    new PlatformDashboard(this, 'Dashboard', {
      stage: config.stage,
      firstModel: models[0]?.name,
      hasEndpoints: models.some((model) => model.config.sagemaker),
    });
    // Jobs of models on SageMaker run where it puts them.
    if (models.some(({ config: { batch, target } }) => batch && target === 'lambda')) {
      new BatchNetwork(this, 'BatchNetwork', { stage: config.stage });
    }
    if (config.gatewayAccount) new GatewayAccount(this, 'GatewayAccount');
  }
}
