import {
  apiGateway,
  cloudwatch,
  ec2Instances,
  lambda,
  region,
  sagemakerInstances,
} from '../pricing/prices.ts';
import { type BatchOption, batchOptions, rowsPerSecond } from './batch-cost.ts';
import { type Decision, decideTarget } from './decide.ts';
import { inferenceOn, lambdaDuration } from './duration.ts';
import { realTimeOption, requestsAtKnee, restingOption } from './endpoint-cost.ts';
import type { PlacementFacts, Traffic } from './facts.ts';
import { usedShare } from './knee.ts';
import { lambdaOption } from './lambda-cost.ts';
import type { PlacementOption } from './option.ts';
import { fittingInstances } from './sagemaker-fit.ts';
import { serverlessOption } from './serverless-cost.ts';

/** What a model costs wherever it could run, and where `target: auto` would put it. */
export interface Plan {
  readonly traffic: Traffic;
  /** Lambda first, then endpoints by price. */
  readonly options: readonly PlacementOption[];
  readonly batch: readonly BatchOption[];
  readonly auto: Decision;
  /** What was reckoned with, as sentences without full stops. */
  readonly assumptions: readonly string[];
}

/** What is expected when neither model.yaml nor the caller says. */
export const assumedTraffic: Traffic = { requestsPerMinute: 60, payloadKB: 8 };

/** Of each kind of machine the two cheapest that hold the model: the others cost more of the same. */
const shownInstances = 2;

/** `auto` is decided from what is committed, whatever traffic the plan is asked for. */
export function planModel(facts: PlacementFacts, traffic: Traffic, trafficOrigin: string): Plan {
  const types = fittingInstances(facts);
  const shown = [
    ...types.filter(({ gpu }) => gpu === undefined).slice(0, shownInstances),
    ...types.filter(({ gpu }) => gpu !== undefined).slice(0, shownInstances),
  ];
  const [cheapest] = shown;
  const endpoints = shown
    .map((type) => realTimeOption(facts, traffic, type))
    .toSorted((a, b) => a.month - b.month);
  return {
    traffic,
    options: [
      lambdaOption(facts, traffic),
      ...endpoints,
      ...(cheapest
        ? [
            restingOption('scale-to-zero', facts, traffic, cheapest),
            restingOption('async', facts, traffic, cheapest),
          ]
        : []),
      serverlessOption(facts, traffic),
    ],
    batch: batchOptions(facts),
    auto: decideTarget(facts),
    assumptions: assumptions(facts, traffic, trafficOrigin),
  };
}

function assumptions(facts: PlacementFacts, traffic: Traffic, origin: string): string[] {
  const { p50Ms } = lambdaDuration(facts);
  const [cheapest] = fittingInstances(facts);
  const knee = cheapest && usedShare * requestsAtKnee(facts, cheapest);
  return [
    `${traffic.requestsPerMinute} requests a minute of ${traffic.payloadKB} KB, request and answer together (${origin})`,
    `a request takes ${p50Ms.toFixed(1)} ms in a function of ${facts.memoryMiB} MiB: ${inferenceOn(1, facts).origin}`,
    ...(cheapest && knee !== undefined
      ? [
          `one ${cheapest.name} is given ${Math.round(knee).toLocaleString('en-US')} requests a minute, 80 % of what it can`,
        ]
      : []),
    `a core answers ${Math.round(rowsPerSecond(facts)).toLocaleString('en-US')} rows a second in a batch job`,
    `prices of ${region} without free tiers, discounts and taxes, as of ${lambda.asOf} (Lambda), ${apiGateway.asOf} (API Gateway), ${sagemakerInstances.asOf} (SageMaker), ${ec2Instances.asOf} (EC2), ${cloudwatch.asOf} (CloudWatch); sources in lib/pricing/prices.ts`,
    `Spot prices vary by zone and hour: ${Math.round(ec2Instances.spot.typicalShare * 100)} % of on-demand is typical, not promised`,
    'not counted: cold starts, and what a stage has once ($3 for its dashboard, $1 for its key)',
  ];
}
