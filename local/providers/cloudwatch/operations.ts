import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import { alarmOperations } from './alarm-operations.ts';
import type { AlarmWatch } from './alarm-watch.ts';
import type { Alarms } from './alarms.ts';
import { dashboardOperations } from './dashboard.ts';
import type { MetricJournal } from './metric-journal.ts';
import { metricOperations } from './metric-operations.ts';
import type { MetricStore } from './metric-store.ts';

export interface Parts {
  readonly host: Host;
  readonly store: MetricStore;
  readonly journal: MetricJournal;
  readonly alarms: Alarms;
  readonly watch: AlarmWatch;
}

const tagsInput = z.object({ ResourceARN: z.string() });

export function cloudwatchOperations(parts: Parts): Record<string, Operation> {
  const { host, store, journal, alarms, watch } = parts;
  return {
    ...metricOperations(store, journal, host.clock),
    ...alarmOperations(alarms, watch),
    ...dashboardOperations(host),
    ListTagsForResource: (input) => {
      const { ResourceARN: arn } = parseInput(tagsInput, input);
      const alarm = alarms.all().find((one) => one.arn === arn);
      if (!alarm) throw new AwsError('ResourceNotFoundException', `There is no ${arn}`, 404);
      return { Tags: alarm.tags };
    },
  };
}
