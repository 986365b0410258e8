import type { CreateProvider } from '../../host/provider.ts';
import { Ingestion } from './ingestion.ts';
import { LogStore } from './log-store.ts';
import { MetricFilters } from './metric-filter.ts';
import { logsOperations, type ResourcePolicy } from './operations.ts';
import { logsResources } from './resources.ts';

/** Log groups, streams and events, and the metrics that stand in log lines. */
export const createLogsProvider: CreateProvider = (host) => {
  const store = new LogStore(host);
  const filters = new MetricFilters(host);
  const ingestion = new Ingestion(host, store, filters);
  const policies = host.storage('logs').collection<ResourcePolicy>('resource-policies');
  const parts = { host, store, filters, ingestion, policies };
  return {
    operations: logsOperations(parts),
    resources: logsResources(parts),
    start: async () => store.start(),
    stop: async () => store.stop(),
  };
};
