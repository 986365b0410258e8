import type { CreateProvider } from '../../host/provider.ts';
import { autoscalingOperations } from './operations.ts';
import { PolicyWatch } from './policy-watch.ts';
import { autoscalingResources } from './resources.ts';
import { ScalableTargets } from './scalable-target.ts';
import { ScalingActivities } from './scaling-activity.ts';
import { ScalingPolicies } from './scaling-policy.ts';
import { ScheduledActions } from './scheduled-action.ts';

/** Application Auto Scaling: capacities that follow metrics, alarms and the clock. */
export const createApplicationAutoscalingProvider: CreateProvider = (host) => {
  const targets = new ScalableTargets(host);
  const policies = new ScalingPolicies(host, targets);
  const activities = new ScalingActivities(host);
  const actions = new ScheduledActions(host, targets, activities);
  const watch = new PolicyWatch({ host, targets, policies, activities });
  const operations = autoscalingOperations({ targets, policies, activities, actions });
  return {
    operations,
    resources: autoscalingResources({ operations, targets, policies, actions }),
    start: async () => {
      actions.start();
      watch.start();
    },
    stop: async () => {
      await Promise.all([actions.stop(), watch.stop()]);
    },
  };
};
