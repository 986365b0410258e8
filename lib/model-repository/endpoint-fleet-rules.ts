import { instanceBounds } from './sagemaker-config.ts';
import type { Rule } from './sagemaker-rules.ts';

/** What SageMaker refuses, or ignores without a word, of the number of instances and where they run. */
export const endpointFleetRules: readonly Rule[] = [
  ({ block, isSet }) => {
    const { minInstances, maxInstances } = instanceBounds(block);
    return (
      isSet('sagemaker.maxInstances') &&
      maxInstances < minInstances && {
        field: 'sagemaker.maxInstances',
        seen: `${maxInstances}, with ${minInstances} instances at least`,
        problem: 'is less than minInstances',
        fix: 'Raise maxInstances, or lower minInstances',
      }
    );
  },
  ({ block: { minInstances, scaleToZero, async } }) =>
    minInstances === 0 &&
    !scaleToZero &&
    !async && {
      field: 'sagemaker.minInstances',
      seen: '0',
      problem: 'is refused by SageMaker for an endpoint without inference components',
      fix: 'Set sagemaker.scaleToZero: true, or 1 instance at least',
    },
  ({ block: { minInstances, scaleToZero } }) =>
    scaleToZero &&
    minInstances !== undefined &&
    minInstances > 0 && {
      field: 'sagemaker.minInstances',
      seen: `${minInstances} with scaleToZero`,
      problem: 'contradicts scaleToZero',
      fix: 'Remove one of the two',
    },
  ({ block: { scaleToZero, async } }) =>
    scaleToZero &&
    async && {
      field: 'sagemaker.scaleToZero',
      seen: 'true with async',
      problem:
        'needs inference components, which SageMaker does not combine with asynchronous inference',
      fix: 'Remove scaleToZero and set minInstances: 0, by which an asynchronous endpoint goes to zero by itself',
    },
  ({ block: { scaleToZero, capturePercent } }) =>
    scaleToZero &&
    capturePercent !== undefined &&
    capturePercent > 0 && {
      field: 'sagemaker.capturePercent',
      seen: `${capturePercent} with scaleToZero`,
      problem: 'is documented by SageMaker for no endpoint with inference components',
      fix: 'Remove capturePercent, or scaleToZero',
    },
  ({ block }) => {
    const { minInstances, maxInstances } = instanceBounds(block);
    return (
      (block.instance?.startsWith('ml.t2.') ?? false) &&
      (maxInstances > minInstances || block.offHours !== undefined) && {
        field: 'sagemaker.instance',
        seen: block.instance ?? '',
        problem: 'is burstable, and SageMaker scales no fleet of such instances',
        fix: 'Choose another type such as ml.m5.large, or a fixed number of instances',
      }
    );
  },
  ({ block: { subnets, securityGroups } }) =>
    (subnets === undefined) !== (securityGroups === undefined) && {
      field: subnets ? 'sagemaker.subnets' : 'sagemaker.securityGroups',
      seen: (subnets ?? securityGroups ?? []).join(', '),
      problem: 'is half of a VPC: SageMaker takes subnets and security groups together',
      fix: 'Name both subnets and securityGroups, or neither',
    },
  ({ block }) => {
    if (!block.offHours) return false;
    const { minInstances } = instanceBounds(block);
    const canBeEmpty = block.scaleToZero || block.async;
    const { instances = canBeEmpty ? 0 : 1, start, end } = block.offHours;
    if (start === end) {
      return {
        field: 'sagemaker.offHours',
        seen: `${start} to ${end}`,
        problem: 'begins and ends at the same time',
        fix: 'Give two times of day',
      };
    }
    if (instances === 0 && !canBeEmpty) {
      return {
        field: 'sagemaker.offHours.instances',
        seen: '0',
        problem: 'is refused by SageMaker for an endpoint without inference components',
        fix: 'Set sagemaker.scaleToZero: true, or keep 1 instance',
      };
    }
    return (
      instances >= minInstances && {
        field: 'sagemaker.offHours',
        seen: `${instances} instances, and ${minInstances} at other times`,
        problem: 'saves nothing',
        fix: 'Raise minInstances, or remove offHours',
      }
    );
  },
];
