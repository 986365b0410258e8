import { describe, expect, it } from 'vitest';
import {
  alarmWindowMinutes,
  deploymentConfig,
} from '../../../../lib/constructs/sagemaker-model/deployment-config.ts';

const alarms = ['errors', 'latency'];

describe('The deployment configuration of an endpoint', () => {
  it('turns a canary into a share of the capacity, watched by the alarms', () => {
    const config = deploymentConfig({ strategy: 'canary', percent: 25, minutes: 5 }, alarms);
    expect(config).toEqual({
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: {
          type: 'CANARY',
          canarySize: { type: 'CAPACITY_PERCENT', value: 25 },
          waitIntervalInSeconds: 300,
        },
        terminationWaitInSeconds: 0,
        maximumExecutionTimeoutInSeconds: 4200,
      },
      autoRollbackConfiguration: { alarms: [{ alarmName: 'errors' }, { alarmName: 'latency' }] },
    });
  });

  it('shifts linearly in steps', () => {
    const config = deploymentConfig({ strategy: 'linear', percent: 20, minutes: 10 }, alarms);
    expect(config.blueGreenUpdatePolicy).toMatchObject({
      trafficRoutingConfiguration: {
        type: 'LINEAR',
        linearStepSize: { type: 'CAPACITY_PERCENT', value: 20 },
        waitIntervalInSeconds: 600,
      },
    });
  });

  it.each([
    { strategy: 'blue-green', minutes: 15 },
    { strategy: 'shadow', percent: 10, minutes: 15 },
  ] as const)('keeps the old fleet of $strategy while the new one is watched', (rollout) => {
    expect(deploymentConfig(rollout, alarms).blueGreenUpdatePolicy).toMatchObject({
      trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 900 },
      terminationWaitInSeconds: 900,
    });
  });

  it('rolls in batches', () => {
    const config = deploymentConfig({ strategy: 'rolling', percent: 25, minutes: 10 }, alarms);
    expect(config).toMatchObject({
      rollingUpdatePolicy: {
        maximumBatchSize: { type: 'CAPACITY_PERCENT', value: 25 },
        waitIntervalInSeconds: 600,
        maximumExecutionTimeoutInSeconds: 6000,
      },
      autoRollbackConfiguration: { alarms: expect.any(Array) },
    });
    expect(config.blueGreenUpdatePolicy).toBeUndefined();
  });

  it('gives up within the eight hours that SageMaker allows', () => {
    const config = deploymentConfig({ strategy: 'linear', percent: 10, minutes: 60 }, alarms);
    expect(config.blueGreenUpdatePolicy).toMatchObject({
      maximumExecutionTimeoutInSeconds: 28_800,
    });
  });

  it('looks back one step, so that each step is judged by itself', () => {
    expect(alarmWindowMinutes({ strategy: 'canary', percent: 10, minutes: 7 })).toBe(7);
    expect(alarmWindowMinutes({ strategy: 'all-at-once' })).toBe(5);
  });
});
