import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCloudwatchProvider } from '../../../../local/providers/cloudwatch/index.ts';
import { MetricStore } from '../../../../local/providers/cloudwatch/metric-store.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

const MINUTE = 60_000;
const providers = { cloudwatch: createCloudwatchProvider };

let cloud: TestHost<ManualClock>;
beforeEach(async () => {
  cloud = await createTestHost({ providers });
});
afterEach(() => cloud.stop());

interface Data {
  readonly MetricDataResults: readonly {
    readonly Id: string;
    readonly Label: string;
    readonly Timestamps: readonly Date[];
    readonly Values: readonly number[];
    readonly StatusCode: string;
  }[];
  readonly NextToken?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('cloudwatch', operation, input);
}

function put(name: string, model: string, data: Record<string, unknown>): Promise<unknown> {
  const Dimensions = [{ Name: 'Model', Value: model }];
  return call('PutMetricData', {
    Namespace: 'Shop',
    MetricData: [{ MetricName: name, Dimensions, ...data }],
  });
}

function metric(Id: string, name: string, model: string, Stat: string, more = {}) {
  const Dimensions = [{ Name: 'Model', Value: model }];
  const Metric = { Namespace: 'Shop', MetricName: name, Dimensions };
  return { Id, MetricStat: { Metric, Period: 60, Stat }, ...more };
}

/** The last ten minutes, oldest first. */
function get(MetricDataQueries: readonly unknown[], more = {}): Promise<Data> {
  const now = cloud.clock.now();
  return call('GetMetricData', {
    MetricDataQueries,
    StartTime: new Date(now - 10 * MINUTE),
    EndTime: new Date(now),
    ScanBy: 'TimestampAscending',
    ...more,
  });
}

async function threeMinutes(): Promise<void> {
  await put('Latency', 'spam', { Value: 10, Unit: 'Milliseconds' });
  await put('Latency', 'spam', { Values: [20, 30], Counts: [2, 1], Unit: 'Milliseconds' });
  await cloud.clock.advance(MINUTE);
  await put('Latency', 'digits', { Value: 5 });
  await cloud.clock.advance(MINUTE);
  await put('Latency', 'spam', {
    StatisticValues: { SampleCount: 2, Sum: 9, Minimum: 4, Maximum: 5 },
  });
  await cloud.clock.advance(MINUTE);
}

describe('metrics', () => {
  it.each([
    ['Sum', [80, 9]],
    ['Average', [20, 4.5]],
    ['Minimum', [10, 4]],
    ['Maximum', [30, 5]],
    ['SampleCount', [4, 2]],
    ['p50', [20]],
    ['p95', [30]],
  ])(
    'come back by minute with %s, and a percentile only where values are known',
    async (stat, values) => {
      await threeMinutes();
      const { MetricDataResults } = await get([metric('m1', 'Latency', 'spam', stat)]);
      expect(MetricDataResults[0]).toMatchObject({
        Label: 'Latency',
        Values: values,
        StatusCode: 'Complete',
      });
    },
  );

  it('are stamped on arrival by the clock of the cloud', async () => {
    const arrival = cloud.clock.now();
    await put('Latency', 'spam', { Value: 1, Timestamp: new Date(0) });
    await cloud.clock.advance(MINUTE);
    const { MetricDataResults } = await get([metric('m1', 'Latency', 'spam', 'Sum')]);
    expect(MetricDataResults[0]?.Timestamps).toEqual([new Date(arrival)]);
  });

  it('are the same metric whatever the order of their dimensions, and another with fewer', async () => {
    const [a, b] = [
      { Name: 'A', Value: '1' },
      { Name: 'B', Value: '2' },
    ];
    for (const Dimensions of [[a, b], [b, a], [a]]) {
      const MetricData = [{ MetricName: 'Calls', Dimensions, Value: 1 }];
      await call('PutMetricData', { Namespace: 'Shop', MetricData });
    }
    await cloud.clock.advance(MINUTE);
    const { Datapoints } = await call('GetMetricStatistics', {
      Namespace: 'Shop',
      MetricName: 'Calls',
      Dimensions: [b, a],
      StartTime: new Date(cloud.clock.now() - MINUTE),
      EndTime: new Date(cloud.clock.now()),
      Period: 60,
      Statistics: ['Sum'],
      ExtendedStatistics: ['p99'],
    });
    expect(Datapoints).toMatchObject([{ Sum: 2, ExtendedStatistics: { p99: 1 }, Unit: 'None' }]);
  });

  it('keep seconds at high resolution', async () => {
    for (let second = 0; second < 20; second += 5) {
      await put('Load', 'spam', { Value: second, StorageResolution: 1 });
      await cloud.clock.advance(5000);
    }
    const Metric = {
      Namespace: 'Shop',
      MetricName: 'Load',
      Dimensions: [{ Name: 'Model', Value: 'spam' }],
    };
    const query = { Id: 'm1', MetricStat: { Metric, Period: 10, Stat: 'Sum' } };
    const { MetricDataResults } = await get([query]);
    expect(MetricDataResults[0]?.Values).toEqual([5, 25]);
  });

  it('are computed with expressions that refer to each other, and only shown when asked for', async () => {
    await threeMinutes();
    const { MetricDataResults } = await get([
      { Id: 'e1', Expression: 'e2 * 100', Label: 'percent' },
      { Id: 'e2', Expression: 'FILL(m2, 0) / FILL(m1, 1)', ReturnData: false },
      metric('m1', 'Latency', 'spam', 'Sum', { ReturnData: false }),
      metric('m2', 'Latency', 'digits', 'Sum', { ReturnData: false }),
    ]);
    expect(MetricDataResults).toHaveLength(1);
    expect(MetricDataResults[0]).toMatchObject({ Id: 'e1', Label: 'percent' });
    expect(MetricDataResults[0]?.Values.slice(-3)).toEqual([0, 500, 0]);
  });

  it('are found by SEARCH as a dashboard with a variable asks', async () => {
    await threeMinutes();
    const { MetricDataResults } = await get([
      { Id: 's1', Expression: `SEARCH('{Shop,Model} MetricName="Latency"', 'Sum', 60)` },
      {
        Id: 's2',
        Expression: `SEARCH('{Shop,Model} Model="spam" MetricName="Latency"', 'p95', 60)`,
        Label: 'p95',
      },
      { Id: 's3', Expression: `SEARCH('{Shop,Model,Other} Latency', 'Sum', 60)` },
      { Id: 's4', Expression: `SUM(SEARCH('{Shop,Model} latency NOT Model=dig', 'Sum', 60))` },
    ]);
    const shown = MetricDataResults.map(({ Id, Label, Values }) => [Id, Label, Values]);
    expect(shown).toEqual([
      ['s1', 'digits', [5]],
      ['s1', 'spam', [80, 9]],
      ['s2', 'p95 Latency', [30]],
      ['s4', 's4', [80, 9]],
    ]);
  });

  it('found by SEARCH are an array also when only one is found', async () => {
    await put('Requests', 'spam', { Value: 3 });
    await cloud.clock.advance(MINUTE);
    await put('Requests', 'spam', { Value: 5 });
    await cloud.clock.advance(MINUTE);
    const share = { Id: 'share', Expression: '100 * found / SUM(found)', Label: 'share of' };
    const search = `SEARCH('{Shop,Model} MetricName="Requests"', 'Sum', 60)`;
    const alone = await get([share, { Id: 'found', Expression: search, ReturnData: false }]);
    expect(alone.MetricDataResults).toMatchObject([
      { Label: 'share of Requests', Values: [100, 100] },
    ]);
    await put('Requests', 'digits', { Value: 1 });
    await put('Requests', 'spam', { Value: 3 });
    await cloud.clock.advance(MINUTE);
    const both = await get([share, { Id: 'found', Expression: search, ReturnData: false }]);
    expect(both.MetricDataResults).toMatchObject([
      { Label: 'share of digits', Values: [0, 0, 25] },
      { Label: 'share of spam', Values: [100, 100, 75] },
    ]);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch's dynamic labels look like that.
  const dynamic = "${PROP('Dim.Model')}: ${MAX} of ${SUM}";

  it('have labels that tell them apart, or say what they are asked to say', async () => {
    await threeMinutes();
    const { MetricDataResults } = await get([
      metric('m1', 'Latency', 'spam', 'Sum'),
      metric('m2', 'Latency', 'digits', 'Sum'),
      metric('m3', 'Latency', 'spam', 'Sum', { Label: dynamic }),
      {
        Id: 's1',
        Expression: `2 * SEARCH('{Shop,Model} MetricName="Latency"', 'Sum', 60)`,
        Label: dynamic,
      },
    ]);
    expect(MetricDataResults.map(({ Label }) => Label)).toEqual([
      'spam',
      'digits',
      'spam: 80 of 89',
      'digits: 10 of 10',
      'spam: 160 of 178',
    ]);
  });

  it('come in pages that say which results they complete', async () => {
    await threeMinutes();
    const queries = [
      metric('m1', 'Latency', 'spam', 'Sum'),
      metric('m2', 'Latency', 'digits', 'Sum'),
    ];
    const first = await get(queries, { MaxDatapoints: 1 });
    expect(first.MetricDataResults).toMatchObject([
      { Id: 'm1', Values: [80], StatusCode: 'PartialData' },
    ]);
    const second = await get(queries, { MaxDatapoints: 2, NextToken: first.NextToken });
    expect(second.MetricDataResults).toMatchObject([
      { Id: 'm1', Values: [9], StatusCode: 'Complete' },
      { Id: 'm2', Values: [5], StatusCode: 'Complete' },
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it('are listed by namespace, name and dimension', async () => {
    await threeMinutes();
    await put('Requests', 'spam', { Value: 1 });
    const all = await call('ListMetrics', { Namespace: 'Shop' });
    expect(all.Metrics).toHaveLength(3);
    const some = await call('ListMetrics', {
      MetricName: 'Latency',
      Dimensions: [{ Name: 'Model', Value: 'spam' }],
    });
    expect(some.Metrics).toEqual([
      { Namespace: 'Shop', MetricName: 'Latency', Dimensions: [{ Name: 'Model', Value: 'spam' }] },
    ]);
  });

  it('survive a stop, and a kill that cut the last line off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
    await cloud.stop();
    cloud = await createTestHost({ providers, folder });
    await threeMinutes();
    const { clock } = cloud;
    await cloud.stop();
    const days = join(folder, 'cloudwatch', 'metrics');
    appendFileSync(join(days, readdirSync(days)[0] as string), '{"metric":{"names');

    for (let start = 0; start < 2; start++) {
      cloud = await createTestHost({ providers, folder, clock });
      const { MetricDataResults } = await get([metric('m1', 'Latency', 'spam', 'Average')]);
      expect(MetricDataResults[0]?.Values).toEqual([20, 4.5]);
      await cloud.stop();
      // Another service may stop later, and send its last metrics.
      await put('Latency', 'other', { Value: 1 });
    }
    cloud = await createTestHost({ providers, folder, clock });
    await clock.advance(MINUTE);
    const { MetricDataResults } = await get([metric('m1', 'Latency', 'other', 'Sum')]);
    expect(MetricDataResults[0]?.Values).toEqual([2]);
    await cloud.stop();
    rmSync(folder, { recursive: true });
    cloud = await createTestHost({ providers });
  });

  it.each([
    ['PutMetricData', { MetricData: [] }, 'Namespace'],
    [
      'PutMetricData',
      { Namespace: 'N', MetricData: [{ MetricName: 'm' }] },
      'exactly one of Value',
    ],
    [
      'PutMetricData',
      { Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [1], Counts: [] }] },
      'as many Counts',
    ],
    ['GetMetricData', { MetricDataQueries: [], StartTime: 1, EndTime: 2 }, 'MetricDataQueries'],
    [
      'GetMetricData',
      { MetricDataQueries: [{ Id: 'e', Expression: 'e + 1' }], StartTime: 1, EndTime: 2 },
      'it refers to itself',
    ],
    [
      'GetMetricData',
      { MetricDataQueries: [{ Id: 'e', Expression: 'x' }], StartTime: 2, EndTime: 2 },
      'StartTime must be less than EndTime',
    ],
    [
      'GetMetricData',
      {
        MetricDataQueries: [{ Id: 'e', Expression: "SEARCH('{', 'Sum')" }],
        StartTime: 1,
        EndTime: 2,
      },
      'Error in expression',
    ],
  ])('%s refuses %j', async (operation, input, reason) => {
    await expect(call(operation, input)).rejects.toThrow(reason);
  });

  it('drop the oldest hours when there are more values than memory is meant for', () => {
    const store = new MetricStore(100);
    const id = { namespace: 'N', name: 'm', dimensions: [] };
    for (let minute = 0; minute < 600; minute++) {
      store.record(id, undefined, minute * 60, { values: [minute] });
    }
    const starts = store.find(id)?.starts ?? [];
    expect(starts.length).toBeLessThanOrEqual(100);
    expect(starts.at(-1)).toBe(599 * 60);
  });
});
