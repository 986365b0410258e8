import type { Host } from '../../host/host.ts';
import { type Alarm, type AlarmState, describeAlarm } from './alarm.ts';
import type { AlarmHistory } from './alarm-history.ts';

export interface Announcement {
  /** ARN of a topic or of a function. */
  readonly action: string;
  readonly alarm: Alarm;
  /** The state that the alarm was in. */
  readonly before: AlarmState;
}

/** Carries out one action of an alarm that has changed its state. Its failure is part of history. */
export async function announce(
  host: Host,
  history: AlarmHistory,
  announcement: Announcement,
): Promise<void> {
  const { action, alarm } = announcement;
  try {
    await carryOut(host, announcement);
    history.add(alarm, 'Action', `Successfully executed action ${action}`, { action });
  } catch (error) {
    const { message } = error as Error;
    host.log.warn(`Alarm ${alarm.name}: action ${action} failed: ${message}`);
    history.add(alarm, 'Action', `Failed to execute action ${action}`, { action, error: message });
  }
}

async function carryOut(host: Host, announcement: Announcement): Promise<void> {
  const { action, alarm } = announcement;
  const [, , service] = action.split(':');
  if (service === 'sns') {
    await host.call('sns', 'Publish', {
      TopicArn: action,
      Subject: `${alarm.state}: "${alarm.name}" in ${host.region}`.slice(0, 100),
      Message: JSON.stringify(messageOf(host, announcement)),
    });
  } else if (service === 'lambda') {
    await host.call('lambda', 'Invoke', {
      FunctionName: action,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(eventOf(host, announcement))),
    });
  } else if (service !== 'autoscaling') {
    // Application Auto Scaling looks for the alarms of its policies itself, as they repeat.
    throw new Error(
      'the local cloud carries out actions of SNS topics, Lambda functions and scaling policies only',
    );
  }
}

/** What CloudWatch publishes to a topic. */
function messageOf(host: Host, { alarm, before }: Announcement): Record<string, unknown> {
  const { AlarmDescription, AlarmActions, OKActions, InsufficientDataActions, ...trigger } =
    describeAlarm(alarm);
  return {
    AlarmName: alarm.name,
    AlarmDescription,
    AWSAccountId: host.account,
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: new Date(alarm.stateSince).toISOString(),
    Region: host.region,
    AlarmArn: alarm.arn,
    OldStateValue: before,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    Trigger: trigger,
  };
}

/** What CloudWatch invokes a function with. */
function eventOf(host: Host, { alarm, before }: Announcement): Record<string, unknown> {
  const time = new Date(alarm.stateSince).toISOString();
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: host.account,
    time,
    region: host.region,
    alarmData: {
      alarmName: alarm.name,
      state: { value: alarm.state, reason: alarm.reason, timestamp: time },
      previousState: { value: before },
    },
  };
}
