import type { CreateProvider } from '../../host/provider.ts';
import { AlarmWatch } from './alarm-watch.ts';
import { Alarms } from './alarms.ts';
import { MetricJournal } from './metric-journal.ts';
import { MetricStore } from './metric-store.ts';
import { cloudwatchOperations } from './operations.ts';
import { cloudwatchResources } from './resources.ts';

/** Metrics, metric math, alarms and dashboards. */
export const createCloudwatchProvider: CreateProvider = (host) => {
  const { clock, log } = host;
  const store = new MetricStore();
  const journal = new MetricJournal({
    folder: host.storage('cloudwatch').folder,
    clock,
    log,
    store,
  });
  const alarms = new Alarms(host);
  const watch = new AlarmWatch({ clock, log, store, alarms });
  const operations = cloudwatchOperations({ host, store, journal, alarms, watch });
  return {
    operations,
    resources: cloudwatchResources(operations, alarms),
    start: async () => {
      journal.load();
      alarms.history.forgetOld();
      watch.start();
    },
    stop: async () => {
      watch.stop();
      journal.close();
    },
  };
};
