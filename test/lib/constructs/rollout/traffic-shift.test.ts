import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import {
  alarmWindowMinutes,
  deploymentConfig,
  shiftMinutes,
} from '../../../../lib/constructs/rollout/traffic-shift.ts';
import type { Rollout } from '../../../../lib/model-repository/model.ts';
import { resourceOf, resourcesOf } from '../../../fixtures/template.ts';

const canary = (percent: number, minutes: number): Rollout => ({
  strategy: 'canary',
  percent,
  minutes,
});
const linear = (percent: number, minutes: number): Rollout => ({
  strategy: 'linear',
  percent,
  minutes,
});
const allAtOnce: Rollout = { strategy: 'all-at-once' };

describe('The length of a shift', () => {
  it.each([
    ['one step', allAtOnce, 0],
    ['a canary', canary(10, 15), 15],
    ['ten linear steps, of which the first comes at once', linear(10, 2), 18],
    ['linear steps that do not add up to 100', linear(30, 5), 15],
  ])('of %s', (_, rollout, minutes) => {
    expect(shiftMinutes(rollout)).toBe(minutes);
  });
});

describe('The window of the alarms', () => {
  it('is the shift, an hour at most', () => {
    expect(alarmWindowMinutes(canary(10, 15))).toBe(15);
    expect(alarmWindowMinutes(linear(10, 10))).toBe(60);
    expect(alarmWindowMinutes(canary(1, 2880))).toBe(60);
  });

  it('is five minutes when all traffic goes at once', () => {
    expect(alarmWindowMinutes(allAtOnce)).toBe(5);
  });
});

describe('The deployment config', () => {
  const made = (rollout: Rollout) => {
    const stack = new Stack(new App());
    const config = deploymentConfig(stack, 'siskin-dev-plus', rollout);
    return { stack, name: config.deploymentConfigName };
  };

  it.each([
    [canary(10, 10), 'CodeDeployDefault.LambdaCanary10Percent10Minutes'],
    [linear(10, 1), 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
    [allAtOnce, 'CodeDeployDefault.LambdaAllAtOnce'],
  ])("is AWS's own where the numbers are its own", (rollout, name) => {
    const { stack, name: found } = made(rollout);
    expect(found).toBe(name);
    expect(resourcesOf(stack, 'AWS::CodeDeploy::DeploymentConfig')).toEqual([]);
  });

  it('carries its numbers in name and id: they cannot be updated, and a name cannot be replaced', () => {
    const five = resourceOf(made(canary(5, 7)).stack, 'AWS::CodeDeploy::DeploymentConfig');
    const six = resourceOf(made(canary(6, 7)).stack, 'AWS::CodeDeploy::DeploymentConfig');
    expect(five.Properties).toMatchObject({
      DeploymentConfigName: 'siskin-dev-plus-canary-5-7',
      TrafficRoutingConfig: { TimeBasedCanary: { CanaryInterval: 7, CanaryPercentage: 5 } },
    });
    expect(six.logicalId).not.toBe(five.logicalId);
  });

  it('shifts linearly as asked', () => {
    const config = resourceOf(made(linear(25, 3)).stack, 'AWS::CodeDeploy::DeploymentConfig');
    expect(config.Properties.TrafficRoutingConfig).toEqual({
      Type: 'TimeBasedLinear',
      TimeBasedLinear: { LinearInterval: 3, LinearPercentage: 25 },
    });
  });
});
