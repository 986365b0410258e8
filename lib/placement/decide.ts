import type { PlacementFacts } from './facts.ts';
import { lambdaObstacles } from './lambda-fit.ts';
import { fittingInstances, sagemakerObstacles } from './sagemaker-fit.ts';
import { savingOfAlwaysOn } from './saving.ts';

/** Where `target: auto` puts a model, with the reason as a sentence without its full stop; or why nowhere. */
export type Decision =
  | { readonly target: 'lambda'; readonly reason: string }
  | {
      readonly target: 'sagemaker';
      readonly reason: string;
      /** The one that model.yaml names, else the cheapest that holds the model. */
      readonly instance: string;
    }
  | { readonly problem: string; readonly fix: string };

/**
 * Decides from committed facts only, so that the same commit is placed alike everywhere. Lambda unless it
 * cannot be, or unless model.yaml accepts an endpoint that is billed while idle and that one is cheaper.
 */
export function decideTarget(facts: PlacementFacts): Decision {
  const onLambda = lambdaObstacles(facts);
  const onSagemaker = sagemakerObstacles(facts);
  const instance = fittingInstances(facts)[0]?.name;
  const possible = onSagemaker.length === 0 && instance !== undefined;
  if (onLambda.length === 0) {
    const saving = facts.allowAlwaysOn && possible ? savingOfAlwaysOn(facts) : undefined;
    return saving === undefined
      ? { target: 'lambda', reason: whyLambda(facts) }
      : { target: 'sagemaker', ...saving };
  }
  const why = `Lambda cannot serve it: ${onLambda.join('; ')}`;
  if (!possible) {
    return {
      problem: `fits nowhere. ${why}. Nor can SageMaker: ${onSagemaker.join('; ')}`,
      fix: 'Make the model smaller or express it with standard operators, or set target: sagemaker with an image of your own (sagemaker.engine: image)',
    };
  }
  if (facts.allowAlwaysOn) return { target: 'sagemaker', reason: why, instance };
  if (facts.scalesToZero) {
    const reason = `${why}; its endpoint goes down to no instance while nobody asks`;
    return { target: 'sagemaker', reason, instance };
  }
  return {
    problem: `fits nowhere without a machine that is billed while nobody asks. ${why}`,
    fix: 'Set allowAlwaysOn: true or sagemaker.scaleToZero: true in model.yaml, or make the model smaller',
  };
}

function whyLambda({ profile, latency, allowAlwaysOn, traffic }: PlacementFacts): string {
  const fits = 'it fits there and nothing runs while nobody asks';
  const goal =
    latency === undefined
      ? fits
      : profile === undefined
        ? `${fits}; whether ${latency.p95Ms} ms are kept is unknown without profile.json, which siskin profile writes`
        : `${fits}; by profile.json the ${latency.p95Ms} ms are kept`;
  if (!allowAlwaysOn) return goal;
  return traffic === undefined
    ? `${goal}; without traffic.requestsPerMinute no endpoint can be shown to be cheaper`
    : `${goal}; at ${traffic.requestsPerMinute} requests a minute no endpoint is shown to be cheaper`;
}
