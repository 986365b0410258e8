import { aws_lambda as lambda, Stack, aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf, type Severity } from '../config/names.ts';
import { LambdaModel } from '../constructs/lambda-model/lambda-model.ts';
import { Rollout } from '../constructs/rollout/rollout.ts';
import { SagemakerModel } from '../constructs/sagemaker-model/sagemaker-model.ts';
import type { ServedModel } from '../constructs/served-model.ts';
import type { ModelPlan } from '../model-plan.ts';
import { type StackContext, stackTags } from './stack-context.ts';

/**
 * One model. A stack of its own, because traffic shifts inside the stack's update: a canary that
 * fails rolls the whole stack back, and must not take other models along.
 */
export class ModelStack extends Stack {
  readonly model: ServedModel;

  constructor(scope: Construct, plan: ModelPlan, context: StackContext) {
    const { model } = plan;
    const { config } = context;
    const name = namesOf(config.stage).modelStack(model.awsName);
    super(scope, name, {
      stackName: name,
      description: `Siskin model ${model.name}`,
      tags: stackTags(config, { model: model.name, owner: model.config.owner }),
    });
    const { target } = model.config;
    this.model =
      target === 'lambda' ? this.onLambda(plan, context) : this.onEndpoint(plan, context);
  }

  private onLambda({ model, plan }: ModelPlan, { config, artifacts }: StackContext): ServedModel {
    const lambdaModel = new LambdaModel(this, 'Model', {
      model,
      plan,
      artifacts,
      stage: config.stage,
      architecture: architectureOf(config),
      logRetention: config.logRetentionDays,
    });
    new Rollout(this, 'Rollout', {
      lambdaModel,
      model,
      artifacts,
      stage: config.stage,
      rollout: config.rollout && { strategy: config.rollout },
      criticalTopic: this.topic('critical', config.stage),
      warningTopic: this.topic('warning', config.stage),
      logRetention: config.logRetentionDays,
    });
    return lambdaModel;
  }

  private onEndpoint({ model }: ModelPlan, { config, artifacts }: StackContext): ServedModel {
    return new SagemakerModel(this, 'Model', {
      model,
      artifacts,
      stage: config.stage,
      rollout: config.rollout && { strategy: config.rollout },
      criticalTopic: this.topic('critical', config.stage),
      warningTopic: this.topic('warning', config.stage),
      architecture: architectureOf(config),
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

function architectureOf({ architecture }: StackContext['config']): lambda.Architecture {
  return lambda.Architecture[architecture === 'arm64' ? 'ARM_64' : 'X86_64'];
}
