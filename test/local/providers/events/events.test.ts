import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createEventsProvider } from '../../../../local/providers/events/index.ts';
import { createS3Provider } from '../../../../local/providers/s3/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';

let cloud: TestHost<ManualClock>;
let heard: [string, unknown][];

beforeEach(async () => {
  heard = [];
  // biome-ignore lint/suspicious/noExplicitAny: each operation has its own input.
  const provider = (operation: string, take: (input: any) => string) => () => ({
    resources: {},
    operations: {
      [operation]: (input: unknown) => {
        heard.push([operation, JSON.parse(take(input))]);
        return {};
      },
    },
  });
  cloud = await createTestHost({
    providers: {
      events: createEventsProvider,
      s3: createS3Provider,
      states: provider('StartExecution', ({ input }: { input: string }) => input),
      lambda: provider('Invoke', ({ Payload }: { Payload: Buffer }) => Payload.toString()),
      sns: provider('Publish', ({ Message }: { Message: string }) => Message),
    },
  });
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('events', operation, input);
}

async function rule(settings: object, ...targets: object[]): Promise<void> {
  await call('PutRule', { Name: 'rule', ...settings });
  const named = targets.map((target, index) => ({ Id: `t${index}`, ...target }));
  await call('PutTargets', { Rule: 'rule', Targets: named });
}

const put = (detail: object, source = 'app') =>
  call('PutEvents', {
    Entries: [{ Source: source, DetailType: 'Order', Detail: JSON.stringify(detail) }],
  });

describe('An event', () => {
  it('reaches every target of a rule that matches, each with its own input', async () => {
    await rule(
      { EventPattern: '{"source":["app"],"detail":{"kind":["new"]}}' },
      { Arn: MACHINE, InputPath: '$.detail' },
      { Arn: FUNCTION, Input: '{"fixed":1}' },
      { Arn: TOPIC },
    );
    await put({ kind: 'old' });
    const answer = await put({ kind: 'new' });
    expect(answer).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    expect(heard).toMatchObject([
      ['StartExecution', { kind: 'new' }],
      ['Invoke', { fixed: 1 }],
      [
        'Publish',
        {
          version: '0',
          'detail-type': 'Order',
          source: 'app',
          account: '000000000000',
          time: '2026-01-01T00:00:00Z',
          region: 'us-east-1',
          detail: { kind: 'new' },
        },
      ],
    ]);
  });

  it('reaches nobody through a rule that is disabled', async () => {
    await rule({ EventPattern: '{"source":["app"]}' }, { Arn: FUNCTION });
    await call('DisableRule', { Name: 'rule' });
    await put({});
    expect(heard).toEqual([]);
    await call('EnableRule', { Name: 'rule' });
    await put({});
    expect(heard).toHaveLength(1);
  });

  it('is refused by itself when its detail is no object', async () => {
    const entries = [
      { Source: 'app', DetailType: 'Order', Detail: 'text' },
      { Source: 'app', DetailType: 'Order', Detail: '{}' },
    ];
    expect(await call('PutEvents', { Entries: entries })).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'MalformedDetail' }, { EventId: expect.any(String) }],
    });
  });
});

describe('A schedule', () => {
  it('tells its targets each time that it is due, by the clock of the cloud', async () => {
    await rule({ ScheduleExpression: 'rate(1 hour)' }, { Arn: FUNCTION, InputPath: '$.time' });
    await cloud.clock.advance(3 * 3_600_000);
    expect(heard.map(([, time]) => time)).toEqual([
      '2026-01-01T01:00:00Z',
      '2026-01-01T02:00:00Z',
      '2026-01-01T03:00:00Z',
    ]);
  });

  it('ends with its rule', async () => {
    await rule({ ScheduleExpression: 'cron(0 * * * ? *)' }, { Arn: FUNCTION });
    await expect(call('DeleteRule', { Name: 'rule' })).rejects.toThrow('it has targets');
    await call('RemoveTargets', { Rule: 'rule', Ids: ['t0'] });
    await call('DeleteRule', { Name: 'rule' });
    expect(cloud.clock.pending).toBe(0);
  });
});

describe('A rule', () => {
  it.each([
    [{}, 'EventPattern or ScheduleExpression'],
    [{ ScheduleExpression: 'hourly' }, 'ScheduleExpression is not valid: hourly'],
    [{ EventPattern: '{"a":1}' }, 'a: a value must be an object or an array'],
    [{ EventPattern: '{"a":[1]}', EventBusName: 'other' }, 'default bus only'],
  ])('is refused as %j', async (settings, reason) => {
    await expect(rule(settings)).rejects.toThrow(reason);
  });

  it('is refused a target that the local cloud cannot reach', async () => {
    const queue = { Arn: 'arn:aws:sqs:us-east-1:000000000000:q' };
    await expect(rule({ ScheduleExpression: 'rate(1 day)' }, queue)).rejects.toThrow(
      'reaches state machines, functions and topics',
    );
  });

  it('of a template replaces its targets as a whole', async () => {
    const type = cloud.host.resourceType('AWS::Events::Rule');
    const request = (Targets: object[]) => ({
      stackName: 's',
      stackId: 'i',
      logicalId: 'R',
      rollingBack: false,
      signal: new AbortController().signal,
      properties: { Name: 'rule', EventPattern: { source: ['app'] }, State: 'ENABLED', Targets },
    });
    const state = await type?.create(request([{ Id: 'a', Arn: FUNCTION }]));
    expect(state).toMatchObject({ physicalId: 'rule' });
    const current = { physicalId: 'rule', properties: {}, attributes: {} };
    await type?.update?.(request([{ Id: 'b', Arn: MACHINE }]), current);
    const { Targets } = await call('ListTargetsByRule', { Rule: 'rule' });
    expect(Targets).toEqual([{ Id: 'b', Arn: MACHINE }]);
    await type?.delete(current, request([]));
    await expect(call('DescribeRule', { Name: 'rule' })).rejects.toBeInstanceOf(AwsError);
  });
});

describe('A bucket that tells EventBridge', () => {
  const bucket = (EventBridgeConfiguration?: object) =>
    cloud.host.resourceType('AWS::S3::Bucket')?.create({
      stackName: 's',
      stackId: 'i',
      logicalId: 'B',
      rollingBack: false,
      signal: new AbortController().signal,
      properties: {
        BucketName: 'data',
        ...(EventBridgeConfiguration && {
          NotificationConfiguration: { EventBridgeConfiguration },
        }),
      },
    });
  const write = (Key: string) =>
    cloud.host.call('s3', 'PutObject', { Bucket: 'data', Key, Body: 'text' });
  const pattern = { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'in/' }] } } };
  const told = async () => {
    // The event leaves S3 in its own time.
    await cloud.clock.advance(0);
    return heard.map(([, event]) => event as { 'detail-type': string; detail: object });
  };

  it('says which object was created, and which deleted', async () => {
    await bucket({ EventBridgeEnabled: true });
    await rule({ EventPattern: JSON.stringify(pattern) }, { Arn: FUNCTION });
    await write('in/a.csv');
    await write('out/b.csv');
    await cloud.host.call('s3', 'DeleteObject', { Bucket: 'data', Key: 'in/a.csv' });
    expect(await told()).toMatchObject([
      {
        'detail-type': 'Object Created',
        resources: ['arn:aws:s3:::data'],
        detail: {
          bucket: { name: 'data' },
          object: { key: 'in/a.csv', size: 4, etag: expect.stringMatching(/^[0-9a-f]{32}$/) },
          reason: 'PutObject',
        },
      },
      { 'detail-type': 'Object Deleted', detail: { object: { key: 'in/a.csv' } } },
    ]);
  });

  it('is one that is set to', async () => {
    await bucket();
    await rule({ EventPattern: JSON.stringify(pattern) }, { Arn: FUNCTION });
    await write('in/a.csv');
    expect(await told()).toEqual([]);
  });
});
