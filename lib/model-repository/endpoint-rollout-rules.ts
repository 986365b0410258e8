import { instanceBounds } from './sagemaker-config.ts';
import type { Rule } from './sagemaker-rules.ts';

/** SageMaker: seconds between two steps of a shift, 3600 at most. */
const longestWaitMinutes = 60;

/** SageMaker: seconds that a whole deployment may take, 28,800 at most. */
export const longestDeploymentMinutes = 8 * 60;

/** Time for a new fleet to start, beside the waiting: instances, images of many GB, the model. */
export const startMinutes = 60;

const shares = {
  canary: { min: 1, max: 50, of: 'the instances' },
  linear: { min: 10, max: 50, of: 'the instances' },
  rolling: { min: 5, max: 50, of: 'the instances' },
  shadow: { min: 1, max: 100, of: 'the requests' },
} as const;

const isShared = (strategy: string | undefined): strategy is keyof typeof shares =>
  strategy !== undefined && strategy in shares;

/** What SageMaker's deployment guardrails and shadow variants refuse, or ignore without a word. */
export const endpointRolloutRules: readonly Rule[] = [
  ({ block, rollout: { strategy } }) =>
    block.scaleToZero &&
    strategy !== undefined &&
    strategy !== 'rolling' &&
    strategy !== 'shadow' && {
      field: 'rollout.strategy',
      seen: `${strategy} with sagemaker.scaleToZero`,
      problem:
        'is not there for inference components, by which an endpoint scales to zero: they are updated copy by copy',
      fix: 'Set rollout.strategy: rolling, or remove scaleToZero',
    },
  ({ block, rollout: { strategy } }) => {
    const { minInstances } = instanceBounds(block);
    return (
      !block.scaleToZero &&
      (strategy === 'canary' || strategy === 'linear' || strategy === 'rolling') &&
      minInstances < 2 && {
        field: 'rollout.strategy',
        seen: `${strategy} with ${minInstances} instance${minInstances === 1 ? '' : 's'}`,
        problem: `shifts at most half of the instances at once, and half of one is none`,
        fix: 'Set sagemaker.minInstances: 2, or rollout.strategy: blue-green',
      }
    );
  },
  ({ rollout: { strategy, percent } }) => {
    if (!isShared(strategy) || percent === undefined) return false;
    const { min, max, of } = shares[strategy];
    return (
      (percent < min || percent > max) && {
        field: 'rollout.percent',
        seen: `${percent} with ${strategy}`,
        problem: `must be ${min} to ${max} % of ${of} on SageMaker`,
        fix: 'Correct the value, or remove the line to get the default',
      }
    );
  },
  ({ block, rollout: { strategy, percent } }) => {
    const { minInstances } = instanceBounds(block);
    if (!isShared(strategy) || strategy === 'shadow' || block.scaleToZero) return false;
    if (percent === undefined || minInstances < 2) return false;
    return (
      percent * minInstances < 100 && {
        field: 'rollout.percent',
        seen: `${percent} % of ${minInstances} instances`,
        problem: 'is less than one instance, and a fleet shifts whole ones',
        fix: `Set ${Math.ceil(100 / minInstances)} or more, or remove the line to get the default`,
      }
    );
  },
  ({ rollout: { strategy, minutes } }) =>
    strategy !== 'all-at-once' &&
    minutes > longestWaitMinutes && {
      field: 'rollout.minutes',
      seen: String(minutes),
      problem: `is longer than the ${longestWaitMinutes} minutes that SageMaker waits between two steps`,
      fix: 'Choose fewer minutes',
    },
  ({ rollout: { strategy, percent = 10, minutes } }) => {
    const steps = strategy === 'linear' || strategy === 'rolling' ? Math.ceil(100 / percent) : 1;
    return (
      minutes <= longestWaitMinutes &&
      steps * minutes + startMinutes > longestDeploymentMinutes && {
        field: 'rollout.minutes',
        seen: `${steps} steps of ${minutes} minutes`,
        problem: `takes, with an hour for instances to start, longer than the ${longestDeploymentMinutes / 60} hours that SageMaker allows a deployment`,
        fix: 'Choose fewer minutes, or a larger percent',
      }
    );
  },
  ({ block, rollout: { strategy } }) =>
    strategy === 'shadow' &&
    block.shadowVersion === undefined && {
      field: 'rollout.strategy',
      seen: 'shadow',
      problem: 'needs sagemaker.shadowVersion, the version that gets copies of the requests',
      fix: 'Name it beside the live version, or choose another strategy',
    },
  ({ block: { shadowVersion }, rollout: { strategy } }) =>
    shadowVersion !== undefined &&
    strategy === 'rolling' && {
      field: 'rollout.strategy',
      seen: 'rolling with sagemaker.shadowVersion',
      problem: 'is refused by SageMaker for an endpoint of more than one variant',
      fix: 'Set rollout.strategy: shadow, or remove shadowVersion',
    },
  ({ block: { shadowVersion }, rollout: { strategy } }) =>
    shadowVersion !== undefined &&
    strategy !== 'shadow' &&
    strategy !== 'rolling' && {
      field: 'sagemaker.shadowVersion',
      seen: `${shadowVersion} with strategy ${strategy ?? 'unset'}`,
      problem: 'has no effect without rollout.strategy: shadow',
      fix: 'Set rollout.strategy: shadow, or remove shadowVersion',
    },
  ({ block: { shadowVersion }, live }) =>
    shadowVersion !== undefined &&
    shadowVersion === live && {
      field: 'sagemaker.shadowVersion',
      seen: shadowVersion,
      problem:
        'is the live version: its shadow would be a second variant of the same name and model',
      fix: 'Name another version, or move live',
    },
  ({ block: { shadowVersion }, versions }) =>
    shadowVersion !== undefined &&
    !versions.includes(shadowVersion) && {
      field: 'sagemaker.shadowVersion',
      seen: shadowVersion,
      problem: 'names a version that has no folder, or is not listed in versions',
      fix: `Add the folder ${shadowVersion}/, or choose one of ${versions.join(', ') || 'none'}`,
    },
  ({ block, rollout: { strategy } }) =>
    (strategy === 'shadow' || block.shadowVersion !== undefined) &&
    block.async && {
      field: 'rollout.strategy',
      seen: 'shadow with sagemaker.async',
      problem: 'cannot be combined with async: SageMaker copies no asynchronous request',
      fix: 'Remove one of the two',
    },
  ({ block, rollout: { strategy } }) =>
    (strategy === 'shadow' || block.shadowVersion !== undefined) &&
    block.scaleToZero && {
      field: 'rollout.strategy',
      seen: 'shadow with sagemaker.scaleToZero',
      problem: 'cannot be combined with scaleToZero: inference components have no shadow variants',
      fix: 'Remove one of the two; scaleToZero allows rollout.strategy: rolling',
    },
];
