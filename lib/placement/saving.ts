import { realTimeOption } from './endpoint-cost.ts';
import type { PlacementFacts } from './facts.ts';
import { lambdaOption } from './lambda-cost.ts';
import { fittingInstances } from './sagemaker-fit.ts';

/** The cheapest endpoint that costs less than Lambda at the expected traffic, with the reason. */
export function savingOfAlwaysOn(
  facts: PlacementFacts,
): { readonly reason: string; readonly instance: string } | undefined {
  const { traffic, profile } = facts;
  // What costs money all month is not begun on an estimate.
  if (traffic === undefined || profile === undefined) return undefined;
  const onLambda = lambdaOption(facts, traffic);
  const cheapest = fittingInstances(facts)
    .map((type) => realTimeOption(facts, traffic, type))
    .filter(({ obstacles, month }) => obstacles.length === 0 && month < onLambda.month)
    .toSorted((a, b) => a.month - b.month)[0];
  if (cheapest === undefined) return undefined;
  const { name, instances, month } = cheapest;
  return {
    instance: name,
    reason: `at ${traffic.requestsPerMinute} requests a minute ${instances} x ${name} costs $${month.toFixed(0)} a month and Lambda $${onLambda.month.toFixed(0)}; allowAlwaysOn accepts what is billed while nobody asks`,
  };
}
