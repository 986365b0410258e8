import type { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import {
  longestDeploymentMinutes,
  startMinutes,
} from '../../model-repository/endpoint-rollout-rules.ts';
import type { EndpointRollout } from '../../model-repository/sagemaker-config.ts';

type DeploymentConfig = sagemaker.CfnEndpoint.DeploymentConfigProperty;

/** Minutes that an alarm looks back: one step of the shift, each of which it has to judge. */
export function alarmWindowMinutes(rollout: EndpointRollout): number {
  return rollout.strategy === 'all-at-once' ? 5 : rollout.minutes;
}

/**
 * How SageMaker moves an endpoint to a new configuration. `all-at-once` is the emergency way and heeds
 * no alarm: one that is red for what is there already would turn back the repair.
 */
export function deploymentConfig(
  rollout: EndpointRollout,
  alarmNames: readonly string[],
): DeploymentConfig {
  if (rollout.strategy === 'all-at-once') {
    return {
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 0 },
        terminationWaitInSeconds: 0,
      },
    };
  }
  const autoRollbackConfiguration = { alarms: alarmNames.map((alarmName) => ({ alarmName })) };
  const wait = rollout.minutes * 60;
  if (rollout.strategy === 'rolling') {
    return {
      rollingUpdatePolicy: {
        maximumBatchSize: share(rollout.percent),
        waitIntervalInSeconds: wait,
        maximumExecutionTimeoutInSeconds: timeout(rollout.minutes * steps(rollout.percent)),
      },
      autoRollbackConfiguration,
    };
  }
  return { blueGreenUpdatePolicy: blueGreen(rollout, wait), autoRollbackConfiguration };
}

function blueGreen(
  rollout: Exclude<EndpointRollout, { strategy: 'all-at-once' | 'rolling' }>,
  wait: number,
): sagemaker.CfnEndpoint.BlueGreenUpdatePolicyProperty {
  if (rollout.strategy === 'canary' || rollout.strategy === 'linear') {
    const { strategy, percent, minutes } = rollout;
    const canary = strategy === 'canary';
    return {
      trafficRoutingConfiguration: {
        type: canary ? 'CANARY' : 'LINEAR',
        [canary ? 'canarySize' : 'linearStepSize']: share(percent),
        waitIntervalInSeconds: wait,
      } as sagemaker.CfnEndpoint.TrafficRoutingConfigProperty,
      terminationWaitInSeconds: 0,
      maximumExecutionTimeoutInSeconds: timeout(minutes * (canary ? 2 : steps(percent))),
    };
  }
  return {
    trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: wait },
    // With one step only, the old fleet is the way back for as long as it stays.
    terminationWaitInSeconds: wait,
    maximumExecutionTimeoutInSeconds: timeout(rollout.minutes * 2),
  };
}

function share(value: number): sagemaker.CfnEndpoint.CapacitySizeProperty {
  return { type: 'CAPACITY_PERCENT', value };
}

function steps(percent: number): number {
  return Math.ceil(100 / percent);
}

function timeout(waitingMinutes: number): number {
  return Math.min(waitingMinutes + startMinutes, longestDeploymentMinutes) * 60;
}
