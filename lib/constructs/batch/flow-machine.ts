import {
  type aws_iam as iam,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
  aws_stepfunctions as sfn,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface FlowMachineProps {
  readonly name: string;
  /** In the Amazon States Language. */
  readonly flow: object;
  readonly role: iam.Role;
  readonly logRetention: logs.RetentionDays;
}

/** A state machine with its log. */
export function flowMachine(
  scope: Construct,
  { name, flow, role, logRetention }: FlowMachineProps,
): sfn.StateMachine {
  const destination = new logs.LogGroup(scope, 'Logs', {
    logGroupName: `/aws/vendedlogs/states/${name}`,
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new sfn.StateMachine(scope, 'Machine', {
    stateMachineName: name,
    definitionBody: sfn.DefinitionBody.fromString(Stack.of(scope).toJsonString(flow)),
    role,
    tracingEnabled: true,
    logs: { destination, level: sfn.LogLevel.ALL, includeExecutionData: true },
  });
}
