import { hoursOfMonth, lambda } from '../pricing/prices.ts';
import { lambdaDuration } from './duration.ts';
import type { PlacementFacts, Traffic } from './facts.ts';
import { ephemeralStorageMiB, lambdaObstacles } from './lambda-fit.ts';
import { type CostLine, type PlacementOption, sum } from './option.ts';
import { commonLines, functionLines, idleObservability, requestsOfMonth } from './request-cost.ts';

/** The model's own function. */
export function lambdaOption(facts: PlacementFacts, traffic: Traffic): PlacementOption {
  const { memoryMiB } = facts;
  const warm = warmMemory(facts);
  const lines = [
    ...functionLines('Lambda', {
      requests: requestsOfMonth(traffic),
      memoryMiB,
      durationMs: lambdaDuration(facts).p50Ms,
      ephemeralStorageMiB: ephemeralStorageMiB(facts),
    }),
    ...warm,
    ...commonLines(traffic),
  ];
  return {
    kind: 'lambda',
    name: `Lambda, ${memoryMiB} MiB`,
    month: sum(lines),
    lines,
    idleMonth: idleObservability + sum(warm),
    twoFleetsHour: 0,
    obstacles: lambdaObstacles(facts),
    notes: [],
  };
}

/** Dollars that one more request costs in the function, without what every option costs alike. */
export function lambdaRequestCost(facts: PlacementFacts): number {
  return sum(
    functionLines('Lambda', {
      requests: 1,
      memoryMiB: facts.memoryMiB,
      durationMs: lambdaDuration(facts).p50Ms,
      ephemeralStorageMiB: ephemeralStorageMiB(facts),
    }),
  );
}

function warmMemory({ memoryMiB, provisionedConcurrency }: PlacementFacts): CostLine[] {
  if (!provisionedConcurrency) return [];
  const gbSeconds = provisionedConcurrency * (memoryMiB / 1024) * hoursOfMonth * 3600;
  const month = gbSeconds * lambda.provisioned.gbSecond;
  return [{ what: 'Lambda, provisioned concurrency', month }];
}
