import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createLogsProvider } from '../../../../local/providers/logs/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

const DAY = 24 * 3600 * 1000;

interface PutMetricData {
  readonly Namespace: string;
  readonly MetricData: readonly Record<string, unknown>[];
}

let clock: ManualClock;
let folder: string;
let metrics: PutMetricData[];
let cloud: TestHost<ManualClock>;

function start(): Promise<TestHost<ManualClock>> {
  const operations = {
    PutMetricData: (input: PutMetricData) => {
      metrics.push(input);
    },
  };
  const cloudwatch = () => ({ resources: {}, operations });
  return createTestHost({ clock, folder, providers: { logs: createLogsProvider, cloudwatch } });
}

beforeEach(async () => {
  clock = new ManualClock();
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  metrics = [];
  cloud = await start();
  await call('CreateLogGroup', { logGroupName: '/aws/lambda/shop' });
  await call('CreateLogStream', at({}));
});
afterEach(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('logs', operation, input);
}

/** The stream that every test writes to. */
function at(more: Record<string, unknown>): Record<string, unknown> {
  return { logGroupName: '/aws/lambda/shop', logStreamName: '2026/01/01/[1]abc', ...more };
}

function write(...messages: readonly unknown[]): Promise<unknown> {
  const logEvents = messages.map((message) => ({
    timestamp: clock.now(),
    message: typeof message === 'string' ? message : JSON.stringify(message),
  }));
  return call('PutLogEvents', at({ logEvents }));
}

const messagesOf = ({ events }: { events: { message: string }[] }) =>
  events.map(({ message }) => message);

describe('log events', () => {
  it('come back in order, from either end and page by page', async () => {
    await write('a', 'b', 'c', 'd', 'e');
    expect(messagesOf(await call('GetLogEvents', at({})))).toEqual(['a', 'b', 'c', 'd', 'e']);
    const newest = await call('GetLogEvents', at({ limit: 2 }));
    expect(messagesOf(newest)).toEqual(['d', 'e']);
    const before = await call(
      'GetLogEvents',
      at({ limit: 2, nextToken: newest.nextBackwardToken }),
    );
    expect(messagesOf(before)).toEqual(['b', 'c']);
    const first = await call('GetLogEvents', at({ limit: 2, startFromHead: true }));
    expect(messagesOf(first)).toEqual(['a', 'b']);
    const end = await call('GetLogEvents', at({ nextToken: newest.nextForwardToken }));
    expect(end).toMatchObject({ events: [], nextForwardToken: newest.nextForwardToken });
    await write('f');
    expect(messagesOf(await call('GetLogEvents', at({ nextToken: end.nextForwardToken })))).toEqual(
      ['f'],
    );
  });

  it('survive a restart, and go on counting', async () => {
    await write('a', 'line\nbreak');
    const { nextForwardToken } = await call('GetLogEvents', at({}));
    await cloud.stop();
    cloud = await start();
    await write('c');
    expect(messagesOf(await call('GetLogEvents', at({})))).toEqual(['a', 'line\nbreak', 'c']);
    expect(messagesOf(await call('GetLogEvents', at({ nextToken: nextForwardToken })))).toEqual([
      'c',
    ]);
  });

  it('that come while the cloud stops are kept as well', async () => {
    await write('a');
    await cloud.stop();
    await write('b');
    cloud = await start();
    expect(messagesOf(await call('GetLogEvents', at({})))).toEqual(['a', 'b']);
  });

  it('of a very chatty function are kept up to a bound', async () => {
    const line = 'x'.repeat(100_000);
    for (let megabyte = 0; megabyte < 20; megabyte++) await write(...Array(10).fill(line));
    await write('last');
    const { logGroups } = await call('DescribeLogGroups', {});
    expect(logGroups[0].storedBytes).toBeLessThan(10 * 1024 * 1024);
    expect(messagesOf(await call('GetLogEvents', at({ limit: 1 })))).toEqual(['last']);
  });

  it('are gone when retention says so', async () => {
    await call('PutRetentionPolicy', { logGroupName: '/aws/lambda/shop', retentionInDays: 2 });
    await write('old');
    await clock.advance(DAY);
    await write('new');
    await clock.advance(DAY + 1);
    expect(messagesOf(await call('GetLogEvents', at({})))).toEqual(['new']);
    await clock.advance(2 * DAY);
    const { logStreams } = await call('DescribeLogStreams', { logGroupName: '/aws/lambda/shop' });
    expect(logStreams).toEqual([]);
  });

  it('are found in all streams of a group, by pattern and time', async () => {
    await write('an error', { level: 'error', status: 502, path: '/v2/models' });
    await clock.advance(1000);
    await call('CreateLogStream', at({ logStreamName: 'other' }));
    const logEvents = [{ timestamp: clock.now(), message: 'a warning and an error' }];
    await call('PutLogEvents', at({ logStreamName: 'other', logEvents }));
    const find = async (filterPattern: string, more = {}) =>
      messagesOf(
        await call('FilterLogEvents', { logGroupName: '/aws/lambda/shop', filterPattern, ...more }),
      );
    expect(await find('error')).toHaveLength(3);
    expect(await find('error -warning -status')).toEqual(['an error']);
    expect(await find('?warning ?502')).toHaveLength(2);
    expect(await find('"an error"')).toEqual(['an error', 'a warning and an error']);
    expect(await find('{ $.level = "error" && $.status >= 500 }')).toHaveLength(1);
    expect(
      await find('{ ($.status = 404 || $.path = "/v2/*") && $.level != "info" }'),
    ).toHaveLength(1);
    expect(await find('{ $.missing NOT EXISTS }')).toHaveLength(1);
    expect(await find('{ $.status < 500 }')).toEqual([]);
    expect(await find('', { startTime: clock.now() })).toEqual(['a warning and an error']);
    expect(await find('', { limit: 1 })).toHaveLength(1);
  });

  it.each(['{', '{ $.a }', '{ level = 1 }', '{ $.a = 1 } x', '[a, b]', '%error%', '"x'])(
    'are not searched with the pattern %j, which is refused',
    async (filterPattern) => {
      const search = call('FilterLogEvents', { logGroupName: '/aws/lambda/shop', filterPattern });
      await expect(search).rejects.toMatchObject({ code: 'InvalidParameterException' });
    },
  );

  it.each([
    ['CreateLogGroup', at({}), 'ResourceAlreadyExistsException'],
    ['CreateLogStream', at({}), 'ResourceAlreadyExistsException'],
    ['CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
    ['PutLogEvents', at({ logStreamName: 'gone', logEvents: [] }), 'ResourceNotFoundException'],
    ['PutLogEvents', at({ logEvents: [] }), 'InvalidParameterException'],
    ['PutLogEvents', at({ logEvents: [{ message: 'no time' }] }), 'InvalidParameterException'],
    ['GetLogEvents', at({ nextToken: 'x' }), 'InvalidParameterException'],
    ['DeleteLogGroup', { logGroupName: 'gone' }, 'ResourceNotFoundException'],
  ])('%s with %j answers %s', async (operation, input, code) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });
});

describe('metrics in log lines', () => {
  const line = (more: Record<string, unknown>, directive: Record<string, unknown> = {}) => ({
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        {
          Namespace: 'Shop',
          Dimensions: [['Model'], ['Model', 'Version']],
          Metrics: [{ Name: 'Requests', Unit: 'Count' }, { Name: 'Latency' }],
          ...directive,
        },
      ],
    },
    Model: 'spam',
    Version: '3',
    Requests: 1,
    Latency: 12.5,
    ...more,
  });

  it('become one call for a whole batch, with every set of dimensions', async () => {
    await write(
      line({}),
      'plain text',
      line({ Latency: 12.5 }),
      line({ Latency: [7, 9], Version: '4' }),
    );
    expect(metrics).toHaveLength(1);
    const [{ Namespace, MetricData }] = metrics as [PutMetricData];
    expect(Namespace).toBe('Shop');
    const model = { Name: 'Model', Value: 'spam' };
    const version = (Value: string) => ({ Name: 'Version', Value });
    expect(MetricData).toEqual([
      { MetricName: 'Requests', Dimensions: [model], Values: [1], Counts: [3], Unit: 'Count' },
      { MetricName: 'Latency', Dimensions: [model], Values: [12.5, 7, 9], Counts: [2, 1, 1] },
      {
        MetricName: 'Requests',
        Dimensions: [model, version('3')],
        Values: [1],
        Counts: [2],
        Unit: 'Count',
      },
      { MetricName: 'Latency', Dimensions: [model, version('3')], Values: [12.5], Counts: [2] },
      {
        MetricName: 'Requests',
        Dimensions: [model, version('4')],
        Values: [1],
        Counts: [1],
        Unit: 'Count',
      },
      { MetricName: 'Latency', Dimensions: [model, version('4')], Values: [7, 9], Counts: [1, 1] },
    ]);
  });

  it('come in data of at most 150 values', async () => {
    const lines = Array.from({ length: 400 }, (_, index) =>
      line({ Latency: index }, { Dimensions: [[]] }),
    );
    await write(...lines);
    const sizes = metrics[0]?.MetricData.map(({ Values }) => (Values as number[]).length);
    expect(sizes).toEqual([1, 150, 150, 100]);
  });

  it.each([
    ['a metric without a number', line({ Latency: 'slow' }), ['Requests', 'Requests']],
    ['a missing dimension', line({ Version: undefined }), ['Requests', 'Latency']],
    ['a dimension that is no text', line({ Version: 3 }), ['Requests', 'Latency']],
    ['no namespace', line({}, { Namespace: '' }), []],
    ['no metrics', line({}, { Metrics: undefined }), []],
    ['cut off JSON', '{"_aws":{"CloudWatchMetrics":[', []],
    ['something else under the name', { _aws: 'hello' }, []],
    ['no dimensions at all', line({}, { Dimensions: undefined }), ['Requests', 'Latency']],
  ])('with %s lose what cannot be read, and nothing else', async (_what, message, names) => {
    await write(message);
    const put = metrics.flatMap(({ MetricData }) => MetricData.map(({ MetricName }) => MetricName));
    expect(put).toEqual(names);
    expect(messagesOf(await call('GetLogEvents', at({})))).toHaveLength(1);
  });

  it('are also made by metric filters', async () => {
    await call('PutMetricFilter', {
      logGroupName: '/aws/lambda/shop',
      filterName: 'slow',
      filterPattern: '{ $.ms > 100 }',
      metricTransformations: [
        {
          metricName: 'Slow',
          metricNamespace: 'Shop',
          metricValue: '$.ms',
          dimensions: { Path: '$.path' },
        },
      ],
    });
    await write({ ms: 50, path: '/a' }, { ms: 200, path: '/a' }, 'text');
    expect(metrics[0]?.MetricData).toEqual([
      {
        MetricName: 'Slow',
        Dimensions: [{ Name: 'Path', Value: '/a' }],
        Values: [200],
        Counts: [1],
      },
    ]);
    await call('DeleteMetricFilter', { logGroupName: '/aws/lambda/shop', filterName: 'slow' });
    await write({ ms: 200, path: '/a' });
    expect(metrics).toHaveLength(1);
  });
});

describe('in a template', () => {
  const request = (properties: Record<string, unknown>) => ({
    stackName: 'shop',
    stackId: 'arn:stack/1',
    logicalId: 'Log',
    properties,
    rollingBack: false,
    signal: new AbortController().signal,
  });

  it('a log group has its retention, and goes with its streams', async () => {
    const type = cloud.host.resourceType('AWS::Logs::LogGroup');
    const properties = { LogGroupName: 'mine', RetentionInDays: '7' };
    const created = await type?.create(request(properties));
    expect(created).toMatchObject({
      physicalId: 'mine',
      attributes: { Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:mine:*' },
    });
    const described = async () =>
      (await call('DescribeLogGroups', { logGroupNamePrefix: 'mine' })).logGroups;
    expect(await described()).toMatchObject([{ logGroupName: 'mine', retentionInDays: 7 }]);
    await call('CreateLogStream', { logGroupName: 'mine', logStreamName: 's' });
    const current = { physicalId: 'mine', properties, attributes: {} };
    await type?.update?.(request({ LogGroupName: 'mine' }), current);
    expect((await described())[0].retentionInDays).toBeUndefined();
    await type?.delete(current, request(properties));
    expect(await described()).toEqual([]);
  });
});
