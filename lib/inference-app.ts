import { App, type AppProps } from 'aws-cdk-lib';
import type { Artifacts } from '../build/artifacts.ts';
import type { Config } from './config/config.ts';
import { loadContext } from './config/load-context.ts';
import { planModels } from './model-plan.ts';
import type { ModelRepository } from './model-repository/model.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { ModelStack } from './stacks/model-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { addNag } from './validation/nag.ts';

export interface InferenceAppProps extends AppProps {
  readonly config: Config;
  readonly repository: ModelRepository;
  /** What the build made; see `buildArtifacts`. */
  readonly artifacts: Artifacts;
}

/** The stacks of one stage: the platform, one per model, and the API. */
export class InferenceApp extends App {
  readonly platform: PlatformStack;
  readonly models: readonly ModelStack[];
  readonly api: ApiStack;

  constructor({ config, repository, artifacts, context, ...props }: InferenceAppProps) {
    super({
      // The feature flags that all of this is tested with. A flag in the user's cdk.json goes before.
      context: { ...loadContext(), ...context },
      builtinCloudFormationValidation: config.validate,
      // They say where in the code a finding comes from: a third of the time, and no use without findings.
      stackTraces: config.validate,
      treeMetadata: config.validate,
      ...props,
    });
    if (config.validate) addNag(this);
    const plans = planModels(repository, artifacts);
    const stackContext = { config, artifacts };
    this.platform = new PlatformStack(this, repository.models, stackContext);
    this.models = plans.map((plan) => new ModelStack(this, plan, stackContext));
    const routed = repository.models.filter(({ name }) => !config.without.includes(name));
    this.api = new ApiStack(this, routed, stackContext);
    for (const stack of [...this.models, this.api]) stack.addStackDependency(this.platform);
  }
}
