import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../config/names.ts';
import { InferenceApi } from '../constructs/api/inference-api.ts';
import type { Model } from '../model-repository/model.ts';
import { type StackContext, stackTags } from './stack-context.ts';

/** The API in front of all models. It depends on none of their stacks. */
export class ApiStack extends Stack {
  readonly api: InferenceApi;

  constructor(scope: Construct, models: readonly Model[], { config, artifacts }: StackContext) {
    const name = namesOf(config.stage).apiStack;
    super(scope, name, {
      stackName: name,
      description: `Siskin API of stage ${config.stage}`,
      tags: stackTags(config),
    });
    this.api = new InferenceApi(this, 'Inference', { models, artifacts, config });
  }
}
