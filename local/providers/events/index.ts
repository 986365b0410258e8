import type { CreateProvider } from '../../host/provider.ts';
import { EventBus } from './bus.ts';
import { eventsOperations } from './operations.ts';
import { eventsResources } from './resources.ts';
import { Rules } from './rule.ts';

/** EventBridge: the default bus, rules with patterns and schedules, and their targets. */
export const createEventsProvider: CreateProvider = (host) => {
  const rules = new Rules(host);
  const bus = new EventBus(host, rules);
  return {
    operations: eventsOperations({ host, rules, bus }),
    resources: eventsResources(rules),
    start: async () => bus.start(),
    stop: async () => bus.stop(),
  };
};
