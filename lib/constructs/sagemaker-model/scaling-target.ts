import type { Model } from '../../model-repository/model.ts';
import { measuredKnee, usedShare } from '../../placement/knee.ts';
import { sagemakerInstance } from '../../pricing/instances.ts';

/**
 * Requests a minute for each instance, where nobody has measured the model there: ten a second, which
 * suits models of some ten milliseconds. "siskin profile" measures what yours can do on a CPU.
 */
export const assumedInvocations = 600;

/** Requests a minute that an instance is held at: 80 % of the knee by profile.json. */
export function invocationsPerInstance({ config, live, versions }: Model): number {
  const type = config.sagemaker && sagemakerInstance(config.sagemaker.instance);
  const profile = versions.find(({ version }) => version === live)?.profile;
  const knee = profile && type && measuredKnee(profile, type);
  return knee === undefined ? assumedInvocations : Math.max(1, Math.floor(usedShare * knee));
}
