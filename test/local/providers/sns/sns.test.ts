import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createSnsProvider } from '../../../../local/providers/sns/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

const ARN = 'arn:aws:sns:us-east-1:000000000000:pager';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:pager';

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: Buffer;
}

let invocations: Invocation[];
let cloud: TestHost<ManualClock>;

beforeEach(async () => {
  invocations = [];
  const operations = {
    Invoke: (input: Invocation) => {
      if (input.FunctionName !== FUNCTION) throw new Error('no such function');
      invocations.push(input);
    },
  };
  const lambda = () => ({ resources: {}, operations });
  cloud = await createTestHost({ providers: { sns: createSnsProvider, lambda } });
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('sns', operation, input);
}

function subscribe(Protocol: string, Endpoint: string): Promise<{ SubscriptionArn: string }> {
  return call('Subscribe', { TopicArn: ARN, Protocol, Endpoint });
}

describe('a topic', () => {
  it('that exists is given back when it is created again', async () => {
    expect((await call('CreateTopic', { Name: 'pager' })).TopicArn).toBe(ARN);
    expect((await call('CreateTopic', { Name: 'pager' })).TopicArn).toBe(ARN);
    expect((await call('ListTopics', {})).Topics).toEqual([{ TopicArn: ARN }]);
  });

  it('hands messages to functions, also when another subscriber cannot be reached', async () => {
    await call('CreateTopic', { Name: 'pager' });
    await subscribe('lambda', `${FUNCTION}-gone`);
    await subscribe('email', 'owner@example.com');
    await subscribe('lambda', FUNCTION);
    const { MessageId } = await call('Publish', {
      TopicArn: ARN,
      Subject: 'Red',
      Message: 'It broke',
    });
    expect(invocations).toHaveLength(1);
    expect(JSON.parse(invocations[0]?.Payload.toString() ?? '')).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: { MessageId, TopicArn: ARN, Subject: 'Red', Message: 'It broke' },
        },
      ],
    });
  });

  it('has each subscriber once, until it leaves', async () => {
    await call('CreateTopic', { Name: 'pager' });
    const first = await subscribe('lambda', FUNCTION);
    expect(await subscribe('lambda', FUNCTION)).toEqual(first);
    const { Attributes } = await call('GetTopicAttributes', { TopicArn: ARN });
    expect(Attributes).toMatchObject({ TopicArn: ARN, SubscriptionsConfirmed: '1' });
    await call('Unsubscribe', first);
    expect((await call('ListSubscriptionsByTopic', { TopicArn: ARN })).Subscriptions).toEqual([]);
  });

  it.each([
    ['Publish', { TopicArn: ARN, Message: 'x' }, 'NotFound'],
    ['Subscribe', { TopicArn: ARN, Protocol: 'email', Endpoint: 'x' }, 'NotFound'],
    ['GetTopicAttributes', { TopicArn: ARN }, 'NotFound'],
    ['CreateTopic', { Name: 'no spaces' }, 'InvalidParameter'],
    ['Publish', { TopicArn: ARN }, 'InvalidParameter'],
  ])('%s with %j answers %s', async (operation, input, code) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });

  it('comes from a template, with its policy and a subscription', async () => {
    const create = async (type: string, properties: Record<string, unknown>) => {
      const request = {
        stackName: 'shop',
        stackId: 'arn:stack/1',
        logicalId: type,
        properties,
        rollingBack: false,
        signal: new AbortController().signal,
      };
      return await cloud.host.resourceType(`AWS::SNS::${type}`)?.create(request);
    };
    const topic = await create('Topic', { DisplayName: 'Pager', KmsMasterKeyId: 'key' });
    const arn = topic?.physicalId as string;
    expect(topic?.attributes?.TopicName).toMatch(/^shop-Topic-/);
    await create('TopicPolicy', { Topics: [arn], PolicyDocument: { Version: '2012-10-17' } });
    const subscription = await create('Subscription', {
      TopicArn: arn,
      Protocol: 'lambda',
      Endpoint: FUNCTION,
    });
    expect(subscription?.attributes?.Arn).toContain(arn);
    const { Attributes } = await call('GetTopicAttributes', { TopicArn: arn });
    expect(Attributes).toMatchObject({
      DisplayName: 'Pager',
      KmsMasterKeyId: 'key',
      Policy: '{"Version":"2012-10-17"}',
    });
    await call('Publish', { TopicArn: arn, Message: 'hello' });
    expect(invocations).toHaveLength(1);
  });
});
