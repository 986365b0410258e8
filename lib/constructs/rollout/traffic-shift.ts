import { aws_codedeploy as codedeploy, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Rollout } from '../../model-repository/model.ts';

/** Minutes from the first share of traffic to the last; 0 when there is one step. */
export function shiftMinutes(rollout: Rollout): number {
  if (rollout.strategy === 'all-at-once') return 0;
  const steps = rollout.strategy === 'canary' ? 1 : Math.ceil(100 / rollout.percent) - 1;
  return steps * rollout.minutes;
}

/** All traffic at once is watched for this long by those who read the alarms. */
const allAtOnceMinutes = 5;
const longestWindowMinutes = 60;

/**
 * Minutes that an alarm looks back: the whole shift, so that a small share of little traffic still
 * adds up to enough requests. CloudWatch slides such a window each minute.
 */
export function alarmWindowMinutes(rollout: Rollout): number {
  return Math.min(shiftMinutes(rollout) || allAtOnceMinutes, longestWindowMinutes);
}

const { LambdaDeploymentConfig } = codedeploy;

/** AWS's own configurations, by `strategy percent minutes`: they count towards no quota. */
const predefined: Readonly<Record<string, codedeploy.ILambdaDeploymentConfig>> = {
  'canary 10 5': LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  'canary 10 10': LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  'canary 10 15': LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  'canary 10 30': LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
  'linear 10 1': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  'linear 10 2': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_2MINUTES,
  'linear 10 3': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
  'linear 10 10': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_10MINUTES,
};

/**
 * CodeDeploy's configuration for a rollout. One of our own carries its numbers in id and name: its
 * numbers cannot be updated, and under one name it could not be replaced either.
 */
export function deploymentConfig(
  scope: Construct,
  name: string,
  rollout: Rollout,
): codedeploy.ILambdaDeploymentConfig {
  if (rollout.strategy === 'all-at-once') return LambdaDeploymentConfig.ALL_AT_ONCE;
  const { strategy, percent, minutes } = rollout;
  const known = predefined[`${strategy} ${percent} ${minutes}`];
  if (known) return known;
  const step = { interval: Duration.minutes(minutes), percentage: percent };
  return new LambdaDeploymentConfig(scope, `Config-${strategy}-${percent}-${minutes}`, {
    deploymentConfigName: `${name}-${strategy}-${percent}-${minutes}`,
    trafficRouting:
      strategy === 'canary'
        ? codedeploy.TrafficRouting.timeBasedCanary(step)
        : codedeploy.TrafficRouting.timeBasedLinear(step),
  });
}
