import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';

export interface Topic {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Topics and who has subscribed to them. */
export class TopicStore {
  readonly #host: Host;
  readonly #topics: Collection<Topic>;
  readonly #subscriptions: Collection<Subscription>;

  constructor(host: Host) {
    const storage = host.storage('sns');
    this.#host = host;
    this.#topics = storage.collection('topics');
    this.#subscriptions = storage.collection('subscriptions');
  }

  /** By ARN. */
  topics(): Topic[] {
    return this.#topics.values().sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  topic(arn: string): Topic {
    const found = this.#topics.get(arn);
    if (found) return found;
    throw new AwsError('NotFound', `Topic does not exist: ${arn}`, 404);
  }

  /** A topic that exists is given back as it is, as in AWS. */
  create(name: string, attributes: Topic['attributes'], tags: Topic['tags']): Topic {
    const arn = this.#host.arn('sns', name);
    const topic = this.#topics.get(arn) ?? { arn, attributes, tags };
    this.#topics.set(arn, topic);
    return topic;
  }

  setAttributes(arn: string, attributes: Topic['attributes']): void {
    const topic = this.topic(arn);
    this.#topics.set(arn, { ...topic, attributes: { ...topic.attributes, ...attributes } });
  }

  /** Deleting what is not there is no error, as in AWS. */
  delete(arn: string): void {
    for (const subscription of this.subscriptions(arn)) this.unsubscribe(subscription.arn);
    this.#topics.delete(arn);
  }

  subscriptions(topic?: string): Subscription[] {
    const all = this.#subscriptions.values().sort((a, b) => (a.arn < b.arn ? -1 : 1));
    return topic === undefined ? all : all.filter((subscription) => subscription.topic === topic);
  }

  subscription(arn: string): Subscription {
    const found = this.#subscriptions.get(arn);
    if (found) return found;
    throw new AwsError('NotFound', `Subscription does not exist: ${arn}`, 404);
  }

  /** The same endpoint subscribes once. */
  subscribe(wanted: Omit<Subscription, 'arn'>, id: string): Subscription {
    const { arn: topic } = this.topic(wanted.topic);
    const known = this.subscriptions(topic).find(
      ({ protocol, endpoint }) => protocol === wanted.protocol && endpoint === wanted.endpoint,
    );
    const subscription = { ...wanted, arn: known?.arn ?? `${topic}:${id}` };
    this.#subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  unsubscribe(arn: string): void {
    this.#subscriptions.delete(arn);
  }
}
