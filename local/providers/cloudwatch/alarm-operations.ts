import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import { integer, parseInput, timestamp } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { type Alarm, describeAlarm } from './alarm.ts';
import type { HistoryItem } from './alarm-history.ts';
import { parseCompositeAlarm, parseMetricAlarm } from './alarm-input.ts';
import { alarmsIn, parseAlarmRule } from './alarm-rule.ts';
import type { AlarmWatch } from './alarm-watch.ts';
import type { Alarms } from './alarms.ts';

const names = z.object({ AlarmNames: z.array(z.string()).max(100).default([]) });
const maxRecords = integer.refine((count) => count >= 1 && count <= 100, 'expected 1 to 100');
const state = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);

const describeInput = z.object({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  ChildrenOfAlarmName: z.string().optional(),
  ParentsOfAlarmName: z.string().optional(),
  StateValue: state.optional(),
  ActionPrefix: z.string().optional(),
  MaxRecords: maxRecords.default(50),
  NextToken: z.string().optional(),
});

const historyInput = z.object({
  AlarmName: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
  StartDate: timestamp.optional(),
  EndDate: timestamp.optional(),
  MaxRecords: maxRecords.default(100),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  NextToken: z.string().optional(),
});

const stateInput = z.object({
  AlarmName: z.string(),
  StateValue: state,
  StateReason: z.string().max(1023),
  StateReasonData: z.string().optional(),
});

const TYPES = { metric: 'MetricAlarm', composite: 'CompositeAlarm' } as const;

export function alarmOperations(alarms: Alarms, watch: AlarmWatch): Record<string, Operation> {
  return {
    PutMetricAlarm: (input) => {
      alarms.put(parseMetricAlarm(input));
      // It may be the first alarm of high resolution.
      watch.start();
      return {};
    },
    PutCompositeAlarm: (input) => {
      alarms.put(parseCompositeAlarm(input));
      return {};
    },
    DescribeAlarms: (input) => {
      const request = parseInput(describeInput, input, 'ValidationError');
      const found = alarms.all().filter((alarm) => isAskedFor(alarm, request, alarms));
      const { items, nextToken } = pageOf(found, request.NextToken, request.MaxRecords);
      return {
        MetricAlarms: items.filter(({ kind }) => kind === 'metric').map(describeAlarm),
        CompositeAlarms: items.filter(({ kind }) => kind === 'composite').map(describeAlarm),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
    DeleteAlarms: (input) => {
      for (const name of existing(alarms, input)) alarms.delete(name);
      return {};
    },
    EnableAlarmActions: (input) => {
      for (const name of existing(alarms, input)) alarms.enableActions(name, true);
      return {};
    },
    DisableAlarmActions: (input) => {
      for (const name of existing(alarms, input)) alarms.enableActions(name, false);
      return {};
    },
    SetAlarmState: (input) => {
      const request = parseInput(stateInput, input, 'ValidationError');
      const [name = ''] = existing(alarms, { AlarmNames: [request.AlarmName] });
      alarms.setState(name, {
        state: request.StateValue,
        reason: request.StateReason,
        reasonData: request.StateReasonData,
      });
      return {};
    },
    DescribeAlarmHistory: (input) => describeHistory(alarms, input),
  };
}

function isAskedFor(alarm: Alarm, request: z.output<typeof describeInput>, all: Alarms): boolean {
  if (request.ChildrenOfAlarmName !== undefined) {
    return childrenOf(all.get(request.ChildrenOfAlarmName)).includes(alarm.name);
  }
  if (request.ParentsOfAlarmName !== undefined) {
    return childrenOf(alarm).includes(request.ParentsOfAlarmName);
  }
  const actions = Object.values(alarm.actions).flat();
  return (
    request.AlarmTypes.includes(TYPES[alarm.kind]) &&
    (request.AlarmNames === undefined || request.AlarmNames.includes(alarm.name)) &&
    alarm.name.startsWith(request.AlarmNamePrefix ?? '') &&
    (request.StateValue === undefined || request.StateValue === alarm.state) &&
    (request.ActionPrefix === undefined ||
      actions.some((action) => action.startsWith(request.ActionPrefix as string)))
  );
}

function childrenOf(alarm: Alarm | undefined): string[] {
  return alarm?.kind === 'composite' ? alarmsIn(parseAlarmRule(alarm.rule)) : [];
}

/** As in AWS, one wrong name and nothing is done. */
function existing(alarms: Alarms, input: unknown): string[] {
  const { AlarmNames } = parseInput(names, input, 'ValidationError');
  const missing = AlarmNames.filter((name) => !alarms.get(name));
  if (missing.length > 0) {
    throw new AwsError('ResourceNotFound', `There is no alarm ${missing.join(', ')}`, 404);
  }
  return AlarmNames;
}

function describeHistory(alarms: Alarms, input: unknown): Record<string, unknown> {
  const request = parseInput(historyInput, input, 'ValidationError');
  const { HistoryItemType: type, StartDate: start, EndDate: end } = request;
  const found = alarms.history
    .of(request.AlarmName)
    .filter(
      (item) => request.AlarmName !== undefined || request.AlarmTypes.includes(TYPES[item.kind]),
    )
    .filter((item) => type === undefined || item.type === type)
    .filter((item) => item.time >= (start ?? 0) && item.time <= (end ?? Number.POSITIVE_INFINITY));
  const ordered = request.ScanBy === 'TimestampAscending' ? found : found.toReversed();
  const { items, nextToken } = pageOf(ordered, request.NextToken, request.MaxRecords);
  return {
    AlarmHistoryItems: items.map(describeItem),
    ...(nextToken && { NextToken: nextToken }),
  };
}

function describeItem(item: HistoryItem): Record<string, unknown> {
  return {
    AlarmName: item.alarm,
    AlarmType: TYPES[item.kind],
    Timestamp: new Date(item.time),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  };
}
