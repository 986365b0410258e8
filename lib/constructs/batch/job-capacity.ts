import { aws_batch as batch, aws_iam as iam, Stack, aws_ssm as ssm } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BatchCapacity, BatchPrice } from '../../../serving/contract/batch.ts';
import { namesOf } from '../../config/names.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import { capacityPrice } from './capacity-price.ts';
import { familiesOf } from './families.ts';

export interface JobCapacityProps {
  /** The model's name, for what has to be said to its owner. */
  readonly model: string;
  readonly config: BatchConfig;
  readonly stage: string;
  readonly architecture: 'x86_64' | 'arm64';
}

/**
 * The two queues of a model's jobs: one on Spot capacity, and one on demand for what Spot has interrupted
 * too often. Both have no machine while no job runs.
 */
export class JobCapacity extends Construct {
  readonly spotQueue: batch.CfnJobQueue;
  readonly onDemandQueue: batch.CfnJobQueue;
  readonly prices: Readonly<Record<BatchCapacity, BatchPrice | undefined>>;

  constructor(scope: Construct, id: string, props: JobCapacityProps) {
    super(scope, id);
    const { model, config, stage, architecture } = props;
    const families = familiesOf(model, config.families, architecture);
    this.prices = {
      spot: capacityPrice(config, families, 'spot'),
      'on-demand': capacityPrice(config, families, 'on-demand'),
    };
    const { batchNetwork } = namesOf(stage);
    const resources = (spot: boolean) => ({
      ...(config.compute === 'fargate-spot'
        ? { type: spot ? 'FARGATE_SPOT' : 'FARGATE' }
        : this.instances(families, spot)),
      maxvCpus: Math.max(1, Math.ceil(config.workers * config.vcpus)),
      subnets: this.parameter(batchNetwork.subnets),
      securityGroupIds: [
        ssm.StringParameter.valueForStringParameter(this, batchNetwork.securityGroup),
      ],
    });
    this.spotQueue = this.queue('Spot', resources(true));
    this.onDemandQueue = this.queue('OnDemand', resources(false));
  }

  private queue(
    name: string,
    computeResources: batch.CfnComputeEnvironment.ComputeResourcesProperty,
  ): batch.CfnJobQueue {
    // Neither has a name: one that is replaced could not have it again.
    const environment = new batch.CfnComputeEnvironment(this, name, {
      type: 'MANAGED',
      state: 'ENABLED',
      computeResources,
      replaceComputeEnvironment: false,
      updatePolicy: { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: 30 },
    });
    return new batch.CfnJobQueue(this, `${name}Queue`, {
      priority: 1,
      state: 'ENABLED',
      computeEnvironmentOrder: [
        { order: 1, computeEnvironment: environment.attrComputeEnvironmentArn },
      ],
    });
  }

  private instances(families: readonly string[], spot: boolean) {
    return {
      type: spot ? 'SPOT' : 'EC2',
      // The pools that are cheapest among those that are least likely to be reclaimed.
      allocationStrategy: spot ? 'SPOT_PRICE_CAPACITY_OPTIMIZED' : 'BEST_FIT_PROGRESSIVE',
      minvCpus: 0,
      instanceTypes: [...families],
      instanceRole: this.instanceProfile().attrArn,
      ec2Configuration: [{ imageType: 'ECS_AL2023' }],
    };
  }

  /** What an instance may do for itself; a job's program has a role of its own. */
  private instanceProfile(): iam.CfnInstanceProfile {
    const existing = this.node.tryFindChild('Profile') as iam.CfnInstanceProfile | undefined;
    if (existing) return existing;
    const policy = 'service-role/AmazonEC2ContainerServiceforEC2Role';
    const role = new iam.Role(this, 'Instance', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    acknowledge(role, {
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
      reason:
        'What the agent of ECS needs on an instance of AWS Batch, kept by AWS as the agent changes.',
    });
    return new iam.CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] });
  }

  private parameter(name: string): string[] {
    return ssm.StringListParameter.valueForTypedListParameter(
      Stack.of(this),
      name,
      ssm.ParameterValueType.STRING,
    );
  }
}
