import { AwsError } from '../../host/aws-error.ts';
import type { Operation, ResourceRequest, ResourceType } from '../../host/provider.ts';
import { describeKey, idOf, type ScalableTargets, type TargetKey } from './scalable-target.ts';
import type { ScalingPolicies } from './scaling-policy.ts';
import type { ScheduledActions } from './scheduled-action.ts';

export interface ResourceParts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly targets: ScalableTargets;
  readonly policies: ScalingPolicies;
  readonly actions: ScheduledActions;
}

type Properties = ResourceRequest['properties'];

export function autoscalingResources(parts: ResourceParts): Record<string, ResourceType> {
  return {
    'AWS::ApplicationAutoScaling::ScalableTarget': targetType(parts),
    'AWS::ApplicationAutoScaling::ScalingPolicy': policyType(parts),
  };
}

/** Its scheduled actions are part of it. */
function targetType({ operations, targets, actions }: ResourceParts): ResourceType {
  const apply = async ({ properties }: ResourceRequest) => {
    const key = keyIn(properties);
    await operations.RegisterScalableTarget?.(properties);
    const wanted: Properties[] = properties.ScheduledActions ?? [];
    for (const { name } of actions.of(key)) {
      if (!wanted.some((one) => one.ScheduledActionName === name)) actions.delete(key, name);
    }
    for (const action of wanted) actions.put({ ...describeKey(key), ...action });
    const { arn } = targets.get(key);
    return { physicalId: idOf(key), attributes: { Id: idOf(key), ScalableTargetARN: arn } };
  };
  return {
    replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    create: apply,
    update: apply,
    delete: ({ physicalId }) =>
      unlessGone(() => operations.DeregisterScalableTarget?.(describeKey(parseId(physicalId)))),
  };
}

function policyType({ operations, policies }: ResourceParts): ResourceType {
  const apply = async ({ properties }: ResourceRequest) => {
    const { ScalingTargetId, ...given } = properties;
    const key = ScalingTargetId === undefined ? keyIn(properties) : parseId(ScalingTargetId);
    const { arn } = await policies.put({ ...given, ...describeKey(key) });
    return { physicalId: arn, attributes: { Arn: arn } };
  };
  return {
    replaceOn: [
      'PolicyName',
      'ResourceId',
      'ScalableDimension',
      'ScalingTargetId',
      'ServiceNamespace',
    ],
    create: apply,
    update: apply,
    delete: ({ physicalId }) =>
      unlessGone(async () => {
        const policy = policies.all().find(({ arn }) => arn === physicalId);
        if (!policy) return;
        const input = { ...describeKey(policy.key), PolicyName: policy.name };
        await operations.DeleteScalingPolicy?.(input);
      }),
  };
}

/** What is gone already is as wanted. */
async function unlessGone(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ObjectNotFoundException')) throw error;
  }
}

function keyIn(properties: Properties): TargetKey {
  return {
    namespace: properties.ServiceNamespace,
    resourceId: properties.ResourceId,
    dimension: properties.ScalableDimension,
  };
}

/** What Ref gives of a scalable target: `resource|dimension|namespace`. */
function parseId(id: string): TargetKey {
  const [resourceId = '', dimension = '', namespace = ''] = id.split('|');
  return { resourceId, dimension, namespace };
}
