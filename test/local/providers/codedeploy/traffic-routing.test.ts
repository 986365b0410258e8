import { describe, expect, it } from 'vitest';
import {
  shiftSteps,
  type TrafficRouting,
} from '../../../../local/providers/codedeploy/traffic-routing.ts';

describe('the steps of a shift', () => {
  it.each<[TrafficRouting, [percent: number, minutes: number][]]>([
    [{ type: 'AllAtOnce' }, [[100, 0]]],
    [
      { type: 'TimeBasedCanary', percentage: 10, interval: 5 },
      [
        [10, 5],
        [100, 0],
      ],
    ],
    [
      { type: 'TimeBasedLinear', percentage: 30, interval: 2 },
      [
        [30, 2],
        [60, 2],
        [90, 2],
        [100, 0],
      ],
    ],
    [
      { type: 'TimeBasedLinear', percentage: 50, interval: 1 },
      [
        [50, 1],
        [100, 0],
      ],
    ],
  ])('of %j are these', (routing, expected) => {
    expect(shiftSteps(routing).map(({ percent, minutes }) => [percent, minutes])).toEqual(expected);
  });
});
