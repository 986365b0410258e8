import {
  ArnFormat,
  aws_iam as iam,
  type aws_lambda as lambda,
  type aws_logs as logs,
  Stack,
  type aws_stepfunctions as sfn,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../../validation/acknowledge.ts';
import { flowMachine } from './flow-machine.ts';
import type { JobCapacity } from './job-capacity.ts';
import { jobFlow } from './job-flow.ts';
import type { WorkerJob } from './worker-job.ts';

export interface JobMachineProps {
  /** Of the state machine, and of the job definition that it starts. */
  readonly name: string;
  readonly planner: lambda.Function;
  readonly verifier: lambda.Function;
  readonly job: WorkerJob;
  readonly capacity: JobCapacity;
  readonly logRetention: logs.RetentionDays;
}

/** The state machine that runs a batch job from its request to its manifest. */
export class JobMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: JobMachineProps) {
    super(scope, id);
    const { name, planner, verifier, job, capacity } = props;
    const flow = jobFlow({
      planner: planner.functionArn,
      verifier: verifier.functionArn,
      jobDefinition: job.definition.jobDefinitionArn,
      spotQueue: capacity.spotQueue.attrJobQueueArn,
      onDemandQueue: capacity.onDemandQueue.attrJobQueueArn,
      prices: capacity.prices,
      logGroup: job.logGroup.logGroupName,
    });
    const { logRetention } = props;
    this.machine = flowMachine(this, { name, flow, role: this.createRole(props), logRetention });
  }

  /** By hand: the library's own may not end the jobs that it starts, and may start any. */
  private createRole({ name, planner, verifier, capacity }: JobMachineProps): iam.Role {
    const arn = (service: string, resource: string, resourceName: string) =>
      Stack.of(this).formatArn({
        service,
        resource,
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['lambda:InvokeFunction'], [planner.functionArn, verifier.functionArn]);
    allow(
      ['batch:SubmitJob'],
      [
        capacity.spotQueue.attrJobQueueArn,
        capacity.onDemandQueue.attrJobQueueArn,
        arn('batch', 'job-definition', `${name}:*`),
      ],
    );
    allow(['batch:TerminateJob'], [arn('batch', 'job', '*')]);
    allow(['batch:DescribeJobs', 'batch:ListJobs'], ['*']);
    allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [arn('events', 'rule', 'StepFunctionsGetEventsForBatchJobsRule')],
    );
    acknowledge(
      role,
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job-definition/${name}:*]`,
        reason: 'Each change of the job definition makes a new revision.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*]',
        reason: 'Batch names jobs when they are submitted; a stopped execution ends its own.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'DescribeJobs and ListJobs know no resources, nor do X-Ray and the delivery of logs.',
      },
    );
    return role;
  }
}
