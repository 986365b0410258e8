import type { Operation } from '../../host/provider.ts';
import type { ScalableTargets } from './scalable-target.ts';
import type { ScalingActivities } from './scaling-activity.ts';
import type { ScalingPolicies } from './scaling-policy.ts';
import type { ScheduledActions } from './scheduled-action.ts';

export interface Parts {
  readonly targets: ScalableTargets;
  readonly policies: ScalingPolicies;
  readonly activities: ScalingActivities;
  readonly actions: ScheduledActions;
}

export function autoscalingOperations(parts: Parts): Record<string, Operation> {
  const { targets, policies, activities, actions } = parts;
  return {
    ...targets.operations(async (key) => {
      for (const { name } of policies.of(key)) await policies.delete(key, name);
      for (const { name } of actions.of(key)) actions.delete(key, name);
    }),
    ...policies.operations(),
    ...activities.operations(),
    ...actions.operations(),
  };
}
