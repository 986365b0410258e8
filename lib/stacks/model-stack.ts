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
import type { BatchConfig } from '../model-repository/batch-config.ts';
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

  private onLambda(plan: ModelPlan, context: StackContext): ServedModel {
    const shared = sharedProps(plan, context);
    const own = { plan: plan.plan, architecture: architectureOf(context.config) };
    const lambdaModel = new LambdaModel(this, 'Model', { ...shared, ...own });
    new Rollout(this, 'Rollout', { ...shared, ...this.release(context), lambdaModel });
    const { batch } = plan.model.config;
    if (batch) new BatchJobs(this, 'Batch', { ...shared, ...batchProps(batch, context) });
    return lambdaModel;
  }

  private onEndpoint(plan: ModelPlan, context: StackContext): ServedModel {
    const shared = sharedProps(plan, context);
    const architecture = architectureOf(context.config);
    const own = { ...this.release(context), architecture };
    const sagemakerModel = new SagemakerModel(this, 'Model', { ...shared, ...own });
    const { batch } = plan.model.config;
    if (batch) {
      const { engine } = sagemakerModel.endpoint;
      const props = { ...shared, ...batchProps(batch, context), engine };
      const jobs = new TransformJobs(this, 'Batch', props);
      // They follow the endpoint: a version that its guardrails refuse answers no files either.
      jobs.node.addDependency(sagemakerModel.endpoint.released);
    }
    return sagemakerModel;
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

function batchProps(config: BatchConfig, { config: { architecture } }: StackContext) {
  return { config, architecture };
}

function architectureOf({ architecture }: StackContext['config']): lambda.Architecture {
  return lambda.Architecture[architecture === 'arm64' ? 'ARM_64' : 'X86_64'];
}
