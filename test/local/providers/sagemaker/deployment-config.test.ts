import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DeploymentConfig,
  deploymentConfig,
  planRollout,
} from '../../../../local/providers/sagemaker/deployment-config.ts';

const linear = (Value: number): DeploymentConfig =>
  deploymentConfig.parse({
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: 'LINEAR',
        LinearStepSize: { Type: 'INSTANCE_COUNT', Value },
        WaitIntervalInSeconds: 60,
      },
    },
  });

describe('the plan of an update', () => {
  it('without a configuration is one step that waits for nothing', () => {
    expect(planRollout(undefined, 3, 1)).toMatchObject({
      kind: 'blue-green',
      steps: [{ instances: 3, share: 1, waitMs: 0 }],
      terminationWaitMs: 0,
      alarms: [],
    });
  });

  it('of a fleet without instances has nothing to shift', () => {
    expect(planRollout(linear(1), 0, 1).steps).toEqual([{ instances: 0, share: 1, waitMs: 0 }]);
  });

  it('in steps rises to all of the traffic, by whole instances and none twice', () => {
    const fleets = fc
      .integer({ min: 2, max: 40 })
      .chain((instances) =>
        fc.tuple(fc.constant(instances), fc.integer({ min: 1, max: Math.floor(instances / 2) })),
      );
    fc.assert(
      fc.property(fleets, ([instances, size]) => {
        const { steps } = planRollout(linear(size), instances, 1);
        expect(steps).toHaveLength(Math.ceil(instances / size));
        expect(steps.at(-1)).toEqual({ instances, share: 1, waitMs: 60_000 });
        for (const [index, step] of steps.entries()) {
          expect(step.share).toBe(step.instances / instances);
          expect(step.instances - (steps[index - 1]?.instances ?? 0)).toBeLessThanOrEqual(size);
        }
      }),
    );
  });

  it('rounds a part of the capacity down to whole instances, at least one', () => {
    const canary = (Value: number, instances: number) =>
      planRollout(
        deploymentConfig.parse({
          BlueGreenUpdatePolicy: {
            TrafficRoutingConfiguration: {
              Type: 'CANARY',
              CanarySize: { Type: 'CAPACITY_PERCENT', Value },
              WaitIntervalInSeconds: 60,
            },
          },
        }),
        instances,
        1,
      ).steps[0]?.instances;
    expect([canary(10, 2), canary(50, 5), canary(30, 10)]).toEqual([1, 2, 3]);
  });

  it.each([
    [linear(2), 2, 1, 'more than 50 percent'],
    [linear(1), 1, 1, 'more than 50 percent'],
    [
      deploymentConfig.parse({
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 },
          WaitIntervalInSeconds: 0,
        },
      }),
      4,
      2,
      'several variants',
    ],
  ])('that SageMaker refuses is refused (%#)', (config, instances, variants, problem) => {
    expect(() => planRollout(config, instances, variants)).toThrow(problem);
  });
});
