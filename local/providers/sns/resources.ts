import { randomUUID } from 'node:crypto';
import { generatedName } from '../../host/generated-name.ts';
import type { Host } from '../../host/host.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { TopicStore } from './topic-store.ts';

export function snsResources(host: Host, store: TopicStore): Record<string, ResourceType> {
  return {
    'AWS::SNS::Topic': topicType(store),
    'AWS::SNS::TopicPolicy': topicPolicyType(store),
    'AWS::SNS::Subscription': subscriptionType(host, store),
  };
}

interface InlineSubscription {
  readonly Protocol: string;
  readonly Endpoint: string;
}

function topicType(store: TopicStore): ResourceType {
  const stateOf = (arn: string) => ({
    physicalId: arn,
    attributes: { TopicArn: arn, TopicName: arn.split(':').at(-1) },
  });
  const subscribeAll = (topic: string, { properties }: ResourceRequest) => {
    for (const { Protocol, Endpoint } of (properties.Subscription ?? []) as InlineSubscription[]) {
      store.subscribe(
        { topic, protocol: Protocol, endpoint: Endpoint, attributes: {} },
        randomUUID(),
      );
    }
  };
  return {
    replaceOn: ['TopicName', 'FifoTopic'],
    create: (request) => {
      const name = request.properties.TopicName ?? generatedName(request, 256);
      const { arn } = store.create(name, attributesOf(request), request.properties.Tags ?? []);
      subscribeAll(arn, request);
      return stateOf(arn);
    },
    update: (request, { physicalId }) => {
      store.setAttributes(physicalId, attributesOf(request));
      subscribeAll(physicalId, request);
      return stateOf(physicalId);
    },
    delete: ({ physicalId }) => store.delete(physicalId),
  };
}

function attributesOf({ properties }: ResourceRequest): Record<string, string> {
  const kept = ['DisplayName', 'KmsMasterKeyId', 'FifoTopic', 'TracingConfig', 'SignatureVersion'];
  return Object.fromEntries(
    kept.flatMap((name) => (properties[name] === undefined ? [] : [[name, `${properties[name]}`]])),
  );
}

/** Kept with each topic; the local cloud does not check who may publish. */
function topicPolicyType(store: TopicStore): ResourceType {
  const apply = ({ properties }: ResourceRequest) => {
    const Policy = JSON.stringify(properties.PolicyDocument);
    for (const topic of properties.Topics as string[]) store.setAttributes(topic, { Policy });
  };
  return {
    create: (request) => {
      apply(request);
      return { physicalId: generatedName(request, 256) };
    },
    update: (request, { physicalId }) => {
      apply(request);
      return { physicalId };
    },
    delete: ({ properties }) => {
      const existing = new Set(store.topics().map(({ arn }) => arn));
      for (const topic of properties.Topics as string[]) {
        if (existing.has(topic)) store.setAttributes(topic, { Policy: '' });
      }
    },
  };
}

function subscriptionType(host: Host, store: TopicStore): ResourceType {
  return {
    replaceOn: 'any',
    create: ({ properties }) => {
      const { TopicArn: topic, Protocol: protocol, Endpoint: endpoint, ...others } = properties;
      const attributes = Object.fromEntries(
        Object.entries(others).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      );
      const wanted = { topic, protocol, endpoint, attributes };
      const { arn } = store.subscribe(wanted, randomUUID());
      host.log.info(`SNS ${topic.split(':').at(-1)}: ${protocol} ${endpoint} has subscribed`);
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    delete: ({ physicalId }) => store.unsubscribe(physicalId),
  };
}
