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
import { transformFlow } from './transform-flow.ts';

export interface TransformMachineProps {
  /** Of the state machine; names of its transform jobs begin with it. */
  readonly name: string;
  readonly planner: lambda.Function;
  readonly verifier: lambda.Function;
  /** Name of the SageMaker model, and the role that it runs with. */
  readonly model: { readonly name: string; readonly role: iam.IRole };
  readonly instances: { readonly type: string; readonly count: number };
  /** Minutes that a transform job may take. */
  readonly timeout: number;
  readonly logRetention: logs.RetentionDays;
}

/** The state machine that runs a batch job on SageMaker, from its request to its manifest. */
export class TransformMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: TransformMachineProps) {
    super(scope, id);
    const { name, planner, verifier, model, instances, timeout, logRetention } = props;
    const flow = transformFlow({
      planner: planner.functionArn,
      verifier: verifier.functionArn,
      model: model.name,
      instanceType: instances.type,
      instanceCount: instances.count,
      timeout,
    });
    this.machine = flowMachine(this, { name, flow, role: this.createRole(props), logRetention });
  }

  private createRole({ name, planner, verifier, model }: TransformMachineProps): iam.Role {
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
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      role.addToPolicy(
        new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }),
      );
    // SageMaker writes names in ARNs in lower case, and IAM tells the cases apart.
    const jobs = `${jobPrefix(name).toLowerCase()}-*`;
    allow(['lambda:InvokeFunction'], [planner.functionArn, verifier.functionArn]);
    allow(
      [
        'sagemaker:CreateTransformJob',
        'sagemaker:DescribeTransformJob',
        'sagemaker:StopTransformJob',
        // Step Functions marks the jobs that it starts.
        'sagemaker:AddTags',
      ],
      [arn('sagemaker', 'transform-job', jobs)],
    );
    allow(['iam:PassRole'], [model.role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    });
    allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [arn('events', 'rule', 'StepFunctionsGetEventsForSageMakerTransformJobsRule')],
    );
    acknowledge(
      role,
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:transform-job/${jobs}]`,
        reason: "Each run of a job has a name of its own, which begins with the model's.",
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray and the delivery of logs know no resources.',
      },
    );
    return role;
  }
}

/** SageMaker takes names of 63 characters; the planner's end of them takes 19. */
export function jobPrefix(machine: string): string {
  return machine.slice(0, 44).replace(/-+$/, '');
}
