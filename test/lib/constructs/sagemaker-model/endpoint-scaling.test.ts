import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { assumedInvocations } from '../../../../lib/constructs/sagemaker-model/scaling-target.ts';
import { resourceOf, resourcesOf } from '../../../fixtures/template.ts';
import { endpointStack } from './endpoint-stack.ts';

const targetOf = (stack: Stack) =>
  resourceOf(stack, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties;
const policiesOf = (stack: Stack) =>
  resourcesOf(stack, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
    ({ Properties }) => Properties,
  );

describe('The number of instances', () => {
  it('stays where nothing scales it, and an update may set it', () => {
    const stack = endpointStack(['minInstances: 2']);
    expect(resourcesOf(stack, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual([]);
    const { RetainAllVariantProperties } = resourceOf(stack, 'AWS::SageMaker::Endpoint').Properties;
    expect(RetainAllVariantProperties).toBeUndefined();
  });

  it('follows the requests for each instance, and an update keeps it', () => {
    const stack = endpointStack(['minInstances: 2', 'maxInstances: 6']);
    expect(targetOf(stack)).toMatchObject({
      ResourceId: 'endpoint/siskin-dev-detect/variant/live',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      MinCapacity: 2,
      MaxCapacity: 6,
    });
    expect(policiesOf(stack)).toMatchObject([
      {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
          },
          TargetValue: assumedInvocations,
        },
      },
    ]);
    const { RetainAllVariantProperties } = resourceOf(stack, 'AWS::SageMaker::Endpoint').Properties;
    expect(RetainAllVariantProperties).toBe(true);
  });

  it('is registered after the endpoint, under the role that AWS makes for it', () => {
    const stack = endpointStack(['maxInstances: 2']);
    const target = resourceOf(stack, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target.DependsOn).toContain(resourceOf(stack, 'AWS::SageMaker::Endpoint').logicalId);
    expect(JSON.stringify(target.Properties.RoleARN)).toContain(
      'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    );
  });

  it('rests in the off hours, and all of the weekend when told so', () => {
    const stack = endpointStack([
      'minInstances: 3',
      'maxInstances: 6',
      'offHours: {start: "19:30", end: "07:00", timezone: Europe/Berlin, weekends: true}',
    ]);
    expect(targetOf(stack).ScheduledActions).toMatchObject([
      {
        Schedule: 'cron(30 19 * * ? *)',
        Timezone: 'Europe/Berlin',
        ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 },
      },
      {
        Schedule: 'cron(0 7 ? * MON-FRI *)',
        ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 6 },
      },
    ]);
  });

  it('of an asynchronous endpoint follows the backlog, down to none and up again', () => {
    const stack = endpointStack(['async: true', 'minInstances: 0', 'maxInstances: 2']);
    const metrics = JSON.stringify(policiesOf(stack));
    expect(metrics).toContain('ApproximateBacklogSizePerInstance');
    const alarms = resourcesOf(stack, 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties.MetricName,
    );
    expect(alarms).toContain('HasBacklogWithoutCapacity');
  });
});
