import { aws_lambda as lambda, Stack, aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf, type Severity } from '../config/names.ts';
import { BatchJobs } from '../constructs/batch/batch-jobs.ts';
import { TransformJobs } from '../constructs/batch/transform-jobs.ts';
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
    const { sagemaker } = model.config;
    this.model = sagemaker ? this.onEndpoint(plan, context) : this.onLambda(plan, context);
  }

  private onLambda(plan: ModelPlan, context: StackContext): ServedModel {
    const shared = sharedProps(plan, context);
    const own = { plan: plan.plan, architecture: architectureOf(context.config) };
    const lambdaModel = new LambdaModel(this, 'Model', { ...shared, ...own });
    new Rollout(this, 'Rollout', { ...shared, ...this.release(context), lambdaModel });
    const jobs = jobsProps(plan, context);
    if (jobs) new BatchJobs(this, 'Batch', { ...shared, ...jobs });
    return lambdaModel;
  }

  private onEndpoint(plan: ModelPlan, context: StackContext): ServedModel {
    const shared = sharedProps(plan, context);
    const own = { ...this.release(context), architecture: architectureOf(context.config) };
    const served = new SagemakerModel(this, 'Model', { ...shared, ...own });
    const jobs = jobsProps(plan, context);
    if (jobs) new TransformJobs(this, 'Batch', { ...shared, ...jobs, endpoint: served.endpoint });
    return served;
  }

  private release({ config: { stage, rollout } }: StackContext) {
    return {
      rollout: rollout && { strategy: rollout },
      criticalTopic: this.topic('critical', stage),
      warningTopic: this.topic('warning', stage),
    };
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

function sharedProps({ model }: ModelPlan, { config, artifacts }: StackContext) {
  return { model, artifacts, stage: config.stage, logRetention: config.logRetentionDays };
}

function jobsProps({ model: { config } }: ModelPlan, { config: { architecture } }: StackContext) {
  return config.batch && { config: config.batch, architecture };
}

function architectureOf({ architecture }: StackContext['config']): lambda.Architecture {
  return lambda.Architecture[architecture === 'arm64' ? 'ARM_64' : 'X86_64'];
}
