import type { aws_lambda as lambda, aws_logs as logs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { type BatchModel, stagePlanner } from '../../../build/batch-package.ts';
import { bundleOf } from '../../../build/functions.ts';
import { type BatchSettings, plannerEnvironment } from '../../../serving/contract/batch.ts';
import { namesOf } from '../../config/names.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import type { Model } from '../../model-repository/model.ts';
import { type BatchPlaces, batchPlaces } from './batch-places.ts';
import { JobCapacity } from './job-capacity.ts';
import { JobMachine } from './job-machine.ts';
import { jobStep } from './job-step.ts';
import { JobTriggers } from './job-triggers.ts';
import { WorkerJob } from './worker-job.ts';

export interface BatchJobsProps {
  readonly model: Model;
  /** The block `batch:` of its model.yaml. */
  readonly config: BatchConfig;
  readonly artifacts: Artifacts;
  readonly stage: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly logRetention: logs.RetentionDays;
}

/** Everything that a model's jobs over files need. It costs nothing while no job runs. */
export class BatchJobs extends Construct {
  constructor(scope: Construct, id: string, props: BatchJobsProps) {
    super(scope, id);
    const { model, config, stage } = props;
    const { awsName, live, name } = model;
    const places = batchPlaces(this, { stage, awsName, buckets: config.buckets ?? [] });
    const versions = props.artifacts.versions.get(name) ?? [];
    const served: BatchModel = { name, awsName, live, versions };
    const { machine } = new JobMachine(this, 'Job', {
      name: namesOf(stage).batch(awsName),
      planner: this.createPlanner(served, places, props),
      verifier: this.createVerifier(places, props),
      job: new WorkerJob(this, 'Worker', { ...props, model: served, places }),
      capacity: new JobCapacity(this, 'Capacity', { ...props, model: name }),
      logRetention: props.logRetention,
    });
    new JobTriggers(this, 'Triggers', { config, places, machine });
  }

  private createPlanner(
    model: BatchModel,
    places: BatchPlaces,
    props: BatchJobsProps,
  ): lambda.Function {
    const { config, artifacts } = props;
    const settings: BatchSettings = { maxWorkers: config.workers, errorLimit: config.errorLimit };
    const bundle = bundleOf(artifacts.functions, 'batch-planner');
    return jobStep(this, 'Planner', {
      ...props,
      bundle: stagePlanner(model, bundle, artifacts.outDir),
      places,
      environment: {
        [plannerEnvironment.settings]: JSON.stringify(settings),
        [plannerEnvironment.marks]: `${places.uri}marks/`,
      },
    });
  }

  private createVerifier(places: BatchPlaces, props: BatchJobsProps): lambda.Function {
    const bundle = bundleOf(props.artifacts.functions, 'batch-verifier');
    return jobStep(this, 'Verifier', { ...props, bundle, places, environment: {} });
  }
}
