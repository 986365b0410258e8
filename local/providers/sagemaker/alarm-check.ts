import type { Host } from '../../host/host.ts';

interface DescribedAlarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateReason: string;
}

/** Those of a deployment's alarms that are in ALARM, each with its reason. */
export async function activeAlarms(host: Host, names: readonly string[]): Promise<string[]> {
  const described = await describe(host, names);
  return described
    .filter(({ StateValue }) => StateValue === 'ALARM')
    .map(({ AlarmName, StateReason }) => `${AlarmName} (${StateReason})`);
}

/** Those of the names that CloudWatch does not know. */
export async function unknownAlarms(host: Host, names: readonly string[]): Promise<string[]> {
  const described = await describe(host, names);
  return names.filter((name) => !described.some(({ AlarmName }) => AlarmName === name));
}

async function describe(host: Host, names: readonly string[]): Promise<readonly DescribedAlarm[]> {
  if (names.length === 0) return [];
  const { MetricAlarms = [], CompositeAlarms = [] } = await host.call<{
    MetricAlarms?: readonly DescribedAlarm[];
    CompositeAlarms?: readonly DescribedAlarm[];
  }>('cloudwatch', 'DescribeAlarms', {
    AlarmNames: names,
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: 100,
  });
  return [...MetricAlarms, ...CompositeAlarms];
}
