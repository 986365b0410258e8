import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { deliver, type Message } from './delivery.ts';
import type { Subscription, Topic, TopicStore } from './topic-store.ts';

const PER_PAGE = 100;
const INVALID = 'InvalidParameter';

const attributes = z.record(z.string(), z.string()).default({});
const createInput = z.object({
  Name: z.string().regex(/^[\w-]{1,256}(\.fifo)?$/, 'expected letters, digits, - and _'),
  Attributes: attributes,
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});
const topicInput = z.object({ TopicArn: z.string() });
const attributeInput = z.object({
  TopicArn: z.string(),
  AttributeName: z.string(),
  AttributeValue: z.string().default(''),
});
const subscribeInput = z.object({
  TopicArn: z.string(),
  Protocol: z.string().min(1),
  Endpoint: z.string().min(1),
  Attributes: attributes,
});
const subscriptionInput = z.object({ SubscriptionArn: z.string() });
const listInput = z.object({ NextToken: z.string().optional() });
const listByTopicInput = z.object({ TopicArn: z.string(), NextToken: z.string().optional() });
const publishInput = z
  .object({
    TopicArn: z.string().optional(),
    TargetArn: z.string().optional(),
    Subject: z.string().max(100).optional(),
    Message: z.string().min(1),
    MessageAttributes: z.record(z.string(), z.unknown()).default({}),
  })
  .transform((given) => ({ ...given, topic: given.TopicArn ?? given.TargetArn ?? '' }));
const tagsInput = z.object({ ResourceArn: z.string() });

export function snsOperations(host: Host, store: TopicStore): Record<string, Operation> {
  return {
    ...topicOperations(host, store),
    ...subscriptionOperations(store),
    Publish: async (input) => {
      const given = parseInput(publishInput, input, INVALID);
      const { arn } = store.topic(given.topic);
      const message: Message = {
        id: randomUUID(),
        topic: arn,
        subject: given.Subject,
        text: given.Message,
        attributes: given.MessageAttributes,
      };
      host.log.info(
        `SNS ${arn.split(':').at(-1)}: ${given.Subject ?? given.Message.slice(0, 200)}`,
      );
      await Promise.all(store.subscriptions(arn).map((one) => deliver(host, one, message)));
      return { MessageId: message.id };
    },
  };
}

function topicOperations(host: Host, store: TopicStore): Record<string, Operation> {
  return {
    CreateTopic: (input) => {
      const { Name, Attributes, Tags } = parseInput(createInput, input, INVALID);
      return { TopicArn: store.create(Name, Attributes, Tags).arn };
    },
    DeleteTopic: (input) => {
      store.delete(parseInput(topicInput, input, INVALID).TopicArn);
      return {};
    },
    ListTopics: (input) => {
      const { NextToken } = parseInput(listInput, input, INVALID);
      const { items, nextToken } = pageOf(store.topics(), NextToken, PER_PAGE, INVALID);
      return {
        Topics: items.map(({ arn }) => ({ TopicArn: arn })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
    GetTopicAttributes: (input) => {
      const topic = store.topic(parseInput(topicInput, input, INVALID).TopicArn);
      return { Attributes: topicAttributes(host, store, topic) };
    },
    SetTopicAttributes: (input) => {
      const { TopicArn, AttributeName, AttributeValue } = parseInput(
        attributeInput,
        input,
        INVALID,
      );
      store.setAttributes(TopicArn, { [AttributeName]: AttributeValue });
      return {};
    },
    ListTagsForResource: (input) => ({
      Tags: store.topic(parseInput(tagsInput, input, INVALID).ResourceArn).tags,
    }),
  };
}

function subscriptionOperations(store: TopicStore): Record<string, Operation> {
  const listed = (found: readonly Subscription[], token: string | undefined) => {
    const { items, nextToken } = pageOf(found, token, PER_PAGE, INVALID);
    return {
      Subscriptions: items.map(({ arn, topic, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        TopicArn: topic,
        Protocol: protocol,
        Endpoint: endpoint,
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  };
  return {
    Subscribe: (input) => {
      const { TopicArn, Protocol, Endpoint, Attributes } = parseInput(
        subscribeInput,
        input,
        INVALID,
      );
      const wanted = {
        topic: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        attributes: Attributes,
      };
      return { SubscriptionArn: store.subscribe(wanted, randomUUID()).arn };
    },
    Unsubscribe: (input) => {
      store.unsubscribe(parseInput(subscriptionInput, input, INVALID).SubscriptionArn);
      return {};
    },
    ListSubscriptions: (input) =>
      listed(store.subscriptions(), parseInput(listInput, input, INVALID).NextToken),
    ListSubscriptionsByTopic: (input) => {
      const { TopicArn, NextToken } = parseInput(listByTopicInput, input, INVALID);
      return listed(store.subscriptions(store.topic(TopicArn).arn), NextToken);
    },
    GetSubscriptionAttributes: (input) => {
      const { SubscriptionArn } = parseInput(subscriptionInput, input, INVALID);
      const { arn, topic, protocol, endpoint, attributes } = store.subscription(SubscriptionArn);
      return {
        Attributes: {
          ...attributes,
          SubscriptionArn: arn,
          TopicArn: topic,
          Protocol: protocol,
          Endpoint: endpoint,
          // Nobody can answer a confirmation here.
          PendingConfirmation: 'false',
        },
      };
    },
  };
}

function topicAttributes(host: Host, store: TopicStore, topic: Topic): Record<string, string> {
  return {
    Owner: host.account,
    ...topic.attributes,
    TopicArn: topic.arn,
    SubscriptionsConfirmed: `${store.subscriptions(topic.arn).length}`,
    SubscriptionsPending: '0',
  };
}
