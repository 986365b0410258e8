import { aws_lambda as lambda, Stack, aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf, type Severity } from '../config/names.ts';
import { LambdaModel } from '../constructs/lambda-model/lambda-model.ts';
import { Rollout } from '../constructs/rollout/rollout.ts';
import type { ModelPlan } from '../model-plan.ts';
import { type StackContext, stackTags } from './stack-context.ts';

/**
 * One model. A stack of its own, because CodeDeploy works inside the stack's update: a canary that
 * fails rolls the whole stack back, and must not take other models along.
 */
export class ModelStack extends Stack {
  readonly model: LambdaModel;

  constructor(scope: Construct, { model, plan }: ModelPlan, context: StackContext) {
    const { config, artifacts } = context;
    const name = namesOf(config.stage).modelStack(model.awsName);
    super(scope, name, {
      stackName: name,
      description: `Siskin model ${model.name}`,
      tags: stackTags(config, { model: model.name, owner: model.config.owner }),
    });
    this.model = new LambdaModel(this, 'Model', {
      model,
      plan,
      artifacts,
      stage: config.stage,
      architecture: lambda.Architecture[config.architecture === 'arm64' ? 'ARM_64' : 'X86_64'],
      logRetention: config.logRetentionDays,
    });
    new Rollout(this, 'Rollout', {
      lambdaModel: this.model,
      model,
      artifacts,
      stage: config.stage,
      rollout: config.rollout && { strategy: config.rollout },
      criticalTopic: this.topic('critical', config.stage),
      warningTopic: this.topic('warning', config.stage),
      logRetention: config.logRetentionDays,
    });
  }

  /** The platform's topic, said by its name: a reference would be an export. */
  private topic(severity: Severity, stage: string): sns.ITopic {
    const topicArn = this.formatArn({
      service: 'sns',
      resource: namesOf(stage).alarmTopic(severity),
    });
    return sns.Topic.fromTopicArn(this, `Topic-${severity}`, topicArn);
  }
}
