import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCloudwatchProvider } from '../../../../local/providers/cloudwatch/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

const MINUTE = 60_000;
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:pager';

let cloud: TestHost<ManualClock>;
let published: { TopicArn: string; Subject: string; Message: string }[];
const providers = {
  cloudwatch: createCloudwatchProvider,
  sns: () => ({
    resources: {},
    operations: {
      Publish: (input: (typeof published)[number]) => {
        if (input.TopicArn !== TOPIC) throw new Error('no such topic');
        published.push(input);
      },
    },
  }),
};

beforeEach(async () => {
  published = [];
  cloud = await createTestHost({ providers });
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('cloudwatch', operation, input);
}

function count(MetricName: string, Value: number): Promise<unknown> {
  return call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName, Value }] });
}

function onErrors(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    AlarmName: 'errors',
    Namespace: 'Shop',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [TOPIC],
    ...more,
  };
}

/** Error rate over ten minutes, with nothing said under twenty requests. */
function onErrorRate(): Record<string, unknown> {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 600, Stat: 'Sum' },
    ReturnData: false,
  });
  return {
    AlarmName: 'rate',
    Metrics: [
      { Id: 'rate', Expression: 'IF(i < 20, 0, 100 * FILL(e, 0) / i)' },
      metric('i', 'Requests'),
      metric('e', 'Errors'),
    ],
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  };
}

async function describeAlarm(name: string) {
  const { MetricAlarms, CompositeAlarms } = await call('DescribeAlarms', {
    AlarmNames: [name],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  return [...MetricAlarms, ...CompositeAlarms][0];
}

async function stateOf(name: string): Promise<string> {
  return (await describeAlarm(name)).StateValue;
}

async function statesByMinute(name: string, values: readonly number[]): Promise<string[]> {
  const states = [];
  for (const value of values) {
    if (value > 0) await count('Errors', value);
    await cloud.clock.advance(MINUTE);
    states.push(await stateOf(name));
  }
  return states;
}

describe('an alarm', () => {
  it('has no data at first, alarms at the end of the minute, and is OK again when that has passed', async () => {
    await call('PutMetricAlarm', onErrors());
    expect(await stateOf('errors')).toBe('INSUFFICIENT_DATA');
    expect(await statesByMinute('errors', [0, 1, 0, 0, 0, 0])).toEqual([
      'OK',
      'ALARM',
      // CloudWatch looks a few periods further back for a datapoint that exists.
      'ALARM',
      'ALARM',
      'OK',
      'OK',
    ]);
  });

  it('waits for M of N datapoints', async () => {
    await call('PutMetricAlarm', onErrors({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }));
    for (let minute = 0; minute < 5; minute++) {
      await count('Errors', 0);
      await cloud.clock.advance(MINUTE);
    }
    const states = [];
    for (const errors of [1, 0, 1, 0, 0, 0]) {
      await count('Errors', errors);
      await cloud.clock.advance(MINUTE);
      states.push(await stateOf('errors'));
    }
    expect(states).toEqual(['OK', 'OK', 'ALARM', 'OK', 'OK', 'OK']);
  });

  it('slides a long period by a minute, so that a bad minute is seen at once', async () => {
    await call('PutMetricAlarm', onErrorRate());
    const states = [];
    for (let minute = 0; minute < 6; minute++) {
      await count('Requests', 8);
      if (minute === 3) await count('Errors', 1);
      await cloud.clock.advance(MINUTE);
      states.push(await stateOf('rate'));
    }
    expect(states).toEqual(['OK', 'OK', 'OK', 'ALARM', 'ALARM', 'ALARM']);
  });

  it('says nothing about too few requests', async () => {
    await call('PutMetricAlarm', onErrorRate());
    await count('Requests', 19);
    await count('Errors', 19);
    await cloud.clock.advance(MINUTE);
    expect(await stateOf('rate')).toBe('OK');
    await count('Requests', 1);
    await cloud.clock.advance(MINUTE);
    expect(await stateOf('rate')).toBe('ALARM');
  });

  it('watches a percentile, unless it is told to wait for enough samples', async () => {
    const onLatency = {
      ...onErrors({
        MetricName: 'Latency',
        Statistic: undefined,
        ExtendedStatistic: 'p90',
        Threshold: 100,
      }),
    };
    await call('PutMetricAlarm', { ...onLatency, AlarmName: 'any' });
    await call('PutMetricAlarm', {
      ...onLatency,
      AlarmName: 'enough',
      EvaluateLowSampleCountPercentile: 'ignore',
    });
    await count('Latency', 500);
    await cloud.clock.advance(MINUTE);
    expect([await stateOf('any'), await stateOf('enough')]).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
    for (let sample = 0; sample < 99; sample++) await count('Latency', 500);
    await cloud.clock.advance(MINUTE);
    expect(await stateOf('enough')).toBe('ALARM');
  });

  it('with a period of ten seconds is evaluated every ten seconds', async () => {
    await call('PutMetricAlarm', onErrors({ Period: 10 }));
    await cloud.clock.advance(12_000);
    const MetricData = [{ MetricName: 'Errors', Value: 1, StorageResolution: 1 }];
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    await cloud.clock.advance(8_000);
    expect(await stateOf('errors')).toBe('ALARM');
  });

  it('stays in its state when it is changed', async () => {
    await call('PutMetricAlarm', onErrors());
    await statesByMinute('errors', [1]);
    await call('PutMetricAlarm', onErrors({ Threshold: 100 }));
    expect(await describeAlarm('errors')).toMatchObject({ StateValue: 'ALARM', Threshold: 100 });
    await cloud.clock.advance(MINUTE);
    expect(await stateOf('errors')).toBe('OK');
  });

  it('publishes each change of state once, with the reason', async () => {
    await call('PutMetricAlarm', onErrors());
    await statesByMinute('errors', [0, 3, 0]);
    expect(published.map(({ Subject }) => Subject)).toEqual(['ALARM: "errors" in us-east-1']);
    expect(JSON.parse(published[0]?.Message ?? '')).toMatchObject({
      AlarmName: 'errors',
      OldStateValue: 'OK',
      NewStateValue: 'ALARM',
      NewStateReason: expect.stringContaining('[3 ('),
      Trigger: { MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 },
    });
  });

  it('tells its history, with actions that failed', async () => {
    await call('PutMetricAlarm', onErrors({ AlarmActions: [TOPIC, `${TOPIC}-gone`] }));
    await statesByMinute('errors', [1]);
    const { AlarmHistoryItems } = await call('DescribeAlarmHistory', {
      AlarmName: 'errors',
      ScanBy: 'TimestampAscending',
    });
    const summaries = AlarmHistoryItems.map(
      (item: { HistorySummary: string }) => item.HistorySummary,
    );
    expect(summaries).toEqual([
      'Alarm "errors" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      `Successfully executed action ${TOPIC}`,
      `Failed to execute action ${TOPIC}-gone`,
    ]);
  });

  it('does nothing while its actions are disabled', async () => {
    await call('PutMetricAlarm', onErrors());
    await call('DisableAlarmActions', { AlarmNames: ['errors'] });
    await statesByMinute('errors', [1]);
    expect(published).toEqual([]);
    await call('EnableAlarmActions', { AlarmNames: ['errors'] });
    await call('SetAlarmState', { AlarmName: 'errors', StateValue: 'OK', StateReason: 'a test' });
    await call('SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'a test',
    });
    expect(published).toHaveLength(1);
  });

  it('keeps its state and its data over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'alarms-'));
    const first = await createTestHost({ providers, folder });
    await first.host.call('cloudwatch', 'PutMetricAlarm', onErrors());
    const MetricData = [{ MetricName: 'Errors', Value: 1 }];
    await first.host.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData });
    await first.stop();
    const second = await createTestHost({ providers, folder, clock: first.clock });
    await second.clock.advance(MINUTE);
    const { MetricAlarms } = await second.host.call<{ MetricAlarms: unknown[] }>(
      'cloudwatch',
      'DescribeAlarms',
      { StateValue: 'ALARM' },
    );
    expect(MetricAlarms).toHaveLength(1);
    await second.stop();
    rmSync(folder, { recursive: true });
  });

  it('comes in hundreds without effort', async () => {
    for (let index = 0; index < 200; index++) {
      await call('PutMetricAlarm', { ...onErrorRate(), AlarmName: `rate-${index}` });
    }
    for (let index = 0; index < 100; index++) await count('Requests', 1);
    await cloud.clock.advance(MINUTE);
    const { MetricAlarms, NextToken } = await call('DescribeAlarms', {
      StateValue: 'OK',
      MaxRecords: 100,
    });
    expect([MetricAlarms.length, typeof NextToken]).toEqual([100, 'string']);
  });

  it.each([
    [{ Metrics: [] }, 'Metrics'],
    [{ Metrics: onErrorRate().Metrics }, 'either Metrics or a single metric'],
    [{ ExtendedStatistic: 'p99' }, 'either Statistic or ExtendedStatistic'],
    [{ Statistic: undefined }, 'also needs Statistic or ExtendedStatistic'],
    [{ Statistic: undefined, ExtendedStatistic: 'p999' }, "'p999' is not supported"],
    [{ DatapointsToAlarm: 2 }, 'between 1 and EvaluationPeriods'],
    [{ Period: 600, EvaluationPeriods: 200 }, 'must not exceed a day'],
    [{ Period: 45 }, 'Period'],
    [{ ComparisonOperator: 'Above' }, 'ComparisonOperator'],
  ])('is refused with %j', async (wrong, reason) => {
    await expect(call('PutMetricAlarm', onErrors(wrong))).rejects.toThrow(reason);
  });

  it('is refused when its expression is wrong', async () => {
    const withExpression = (Expression: string) => {
      const [, ...metrics] = onErrorRate().Metrics as unknown[];
      return { ...onErrorRate(), Metrics: [{ Id: 'rate', Expression }, ...metrics] };
    };
    for (const [expression, reason] of [
      ['e +', 'Expected expression after +'],
      ['e / x', 'refers to an id that is not in Metrics'],
      ["SEARCH('x', 'Sum')", 'cannot be set on SEARCH'],
    ] as const) {
      await expect(call('PutMetricAlarm', withExpression(expression))).rejects.toThrow(reason);
    }
  });

  it('that does not exist cannot be deleted, and then none is', async () => {
    await call('PutMetricAlarm', onErrors());
    await expect(call('DeleteAlarms', { AlarmNames: ['errors', 'gone'] })).rejects.toThrow('gone');
    expect(await stateOf('errors')).toBe('INSUFFICIENT_DATA');
    await call('DeleteAlarms', { AlarmNames: ['errors'] });
    expect(await describeAlarm('errors')).toBeUndefined();
  });
});

describe('a composite alarm', () => {
  const both = {
    AlarmName: 'both',
    AlarmRule: 'ALARM("errors") AND NOT (OK(slow) OR INSUFFICIENT_DATA(slow))',
    AlarmActions: [TOPIC],
  };

  async function set(AlarmName: string, StateValue: string): Promise<void> {
    await call('SetAlarmState', { AlarmName, StateValue, StateReason: 'a test' });
  }

  beforeEach(async () => {
    await call('PutMetricAlarm', onErrors({ AlarmActions: [] }));
    await call('PutMetricAlarm', onErrors({ AlarmName: 'slow', AlarmActions: [] }));
    await call('PutCompositeAlarm', both);
  });

  it('follows the alarms in its rule at once', async () => {
    expect(await stateOf('both')).toBe('OK');
    await set('errors', 'ALARM');
    expect(await stateOf('both')).toBe('OK');
    await set('slow', 'ALARM');
    expect(await stateOf('both')).toBe('ALARM');
    expect(published).toHaveLength(1);
    await set('slow', 'OK');
    expect(await stateOf('both')).toBe('OK');
  });

  it('is described only when asked for, as in AWS', async () => {
    const plain = await call('DescribeAlarms', { AlarmNames: ['both'] });
    expect(plain).toMatchObject({ MetricAlarms: [], CompositeAlarms: [] });
    expect((await describeAlarm('both')).AlarmRule).toBe(both.AlarmRule);
  });

  it('cannot depend on itself', async () => {
    await call('PutCompositeAlarm', { AlarmName: 'outer', AlarmRule: 'ALARM(both)' });
    const circle = call('PutCompositeAlarm', { ...both, AlarmRule: 'ALARM(outer)' });
    await expect(circle).rejects.toThrow('Alarm both depends on itself');
  });

  it.each([
    '',
    'ALARM(',
    'ALARM()',
    'MAYBE(errors)',
    'OK(a) OK(b)',
    'OK(a) AND',
    '"',
    'NOT'.repeat(2000),
  ])('is refused with the rule %.20j', async (AlarmRule) => {
    await expect(call('PutCompositeAlarm', { ...both, AlarmRule })).rejects.toMatchObject({
      code: 'ValidationError',
    });
  });
});

describe('in a template', () => {
  const request = (properties: Record<string, unknown>) => ({
    stackName: 'shop',
    stackId: 'arn:stack/1',
    logicalId: 'Errors',
    properties,
    rollingBack: false,
    signal: new AbortController().signal,
  });

  it('an alarm without a name gets one, keeps it when it is changed, and goes', async () => {
    const type = cloud.host.resourceType('AWS::CloudWatch::Alarm');
    const { AlarmName: _, ...properties } = onErrors();
    const created = await type?.create(request(properties));
    expect(created?.physicalId).toMatch(/^shop-Errors-[0-9A-F]{12}$/);
    expect(created?.attributes?.Arn).toContain(`:alarm:${created?.physicalId}`);
    const current = { physicalId: created?.physicalId ?? '', properties, attributes: {} };
    const changed = await type?.update?.(request({ ...properties, Threshold: '3' }), current);
    expect(changed?.physicalId).toBe(created?.physicalId);
    expect(await describeAlarm(current.physicalId)).toMatchObject({ Threshold: 3 });
    await type?.delete(current, request(properties));
    expect(await describeAlarm(current.physicalId)).toBeUndefined();
  });

  it('a dashboard is kept as it is', async () => {
    const type = cloud.host.resourceType('AWS::CloudWatch::Dashboard');
    const DashboardBody = JSON.stringify({ widgets: [] });
    await type?.create(request({ DashboardName: 'board', DashboardBody }));
    expect(await call('GetDashboard', { DashboardName: 'board' })).toMatchObject({ DashboardBody });
    const { DashboardEntries } = await call('ListDashboards', {});
    expect(DashboardEntries).toMatchObject([{ DashboardName: 'board', Size: 14 }]);
    await call('DeleteDashboards', { DashboardNames: ['board'] });
    await expect(call('GetDashboard', { DashboardName: 'board' })).rejects.toThrow(
      'does not exist',
    );
    await expect(call('PutDashboard', { DashboardName: 'b', DashboardBody: '[]' })).rejects.toThrow(
      'widgets',
    );
  });
});
