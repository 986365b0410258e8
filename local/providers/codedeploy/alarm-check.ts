import type { Host } from '../../host/host.ts';
import { DeploymentFailure } from './deployment.ts';
import type { AlarmConfiguration } from './deployment-group.ts';

interface DescribedAlarm {
  readonly AlarmName: string;
  readonly StateValue: string;
  readonly StateReason: string;
}

/**
 * Throws when one of the group's alarms is in ALARM, or cannot be asked. Composite alarms are not
 * asked for: nothing says that CodeDeploy sees them.
 */
export async function refuseActiveAlarms(
  host: Host,
  { enabled, alarms, ignorePollAlarmFailure }: AlarmConfiguration,
): Promise<void> {
  if (!enabled || alarms.length === 0) return;
  const names = alarms.map(({ name }) => name);
  const described = await describeAlarms(host, names);
  const missing = names.filter((name) => !described.some((alarm) => alarm.AlarmName === name));
  if (missing.length > 0 && !ignorePollAlarmFailure) {
    throw new DeploymentFailure(
      'ALARM_ACTIVE',
      `The state of these alarms could not be retrieved: ${missing.join(', ')}`,
      'DEPLOYMENT_STOP_ON_ALARM',
    );
  }
  const active = described.filter(({ StateValue }) => StateValue === 'ALARM');
  if (active.length === 0) return;
  const shown = active.map(({ AlarmName, StateReason }) => `${AlarmName} (${StateReason})`);
  throw new DeploymentFailure(
    'ALARM_ACTIVE',
    `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${shown.join(', ')}`,
    'DEPLOYMENT_STOP_ON_ALARM',
  );
}

/** No answer is an answer too: every alarm is then missing from it. */
async function describeAlarms(
  host: Host,
  names: readonly string[],
): Promise<readonly DescribedAlarm[]> {
  try {
    const { MetricAlarms } = await host.call<{ MetricAlarms: readonly DescribedAlarm[] }>(
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames: names, MaxRecords: 100 },
    );
    return MetricAlarms;
  } catch (error) {
    host.log.warn(`CodeDeploy could not ask for alarms: ${(error as Error).message}`);
    return [];
  }
}
