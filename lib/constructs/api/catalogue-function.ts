import { Duration, type aws_lambda as lambda, type aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { stageCataloguePackage } from '../../../build/catalogue-package.ts';
import { bundleOf } from '../../../build/functions.ts';
import { environment } from '../../../serving/contract/environment.ts';
import { namesOf } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import { BundledFunction } from '../function/bundled-function.ts';

export interface CatalogueFunctionProps {
  readonly artifacts: Artifacts;
  readonly stage: string;
  readonly models: readonly Model[];
  /** The public OpenAPI document. */
  readonly openapi: unknown;
  readonly architecture: lambda.Architecture;
  readonly logRetention: logs.RetentionDays;
}

/** Answers what is not about one model: server metadata, health, lists, docs, unknown routes. */
export class CatalogueFunction extends Construct {
  readonly functionName: string;
  readonly timeout = Duration.seconds(10);

  constructor(scope: Construct, id: string, props: CatalogueFunctionProps) {
    super(scope, id);
    const { artifacts, stage, models, openapi } = props;
    this.functionName = namesOf(stage).catalogueFunction;
    const staged = stageCataloguePackage(
      {
        bundle: bundleOf(artifacts.functions, 'catalogue'),
        catalogue: {
          stage,
          models: models.map((model) => ({
            name: model.name,
            live: model.live,
            versions: servedVersions(model),
          })),
        },
        openapi,
      },
      artifacts.outDir,
    );
    new BundledFunction(this, 'Catalogue', {
      ...staged,
      functionName: this.functionName,
      description: `Siskin catalogue of ${models.length} models`,
      memory: 512,
      timeout: this.timeout,
      architecture: props.architecture,
      logRetention: props.logRetention,
      environment: { [environment.stage]: stage },
    });
  }
}

/** An endpoint runs the live version and no other beside it; a function carries them all. */
function servedVersions({ config, live, versions }: Model): string[] {
  return config.target === 'sagemaker' ? [live] : versions.map(({ version }) => version);
}
