import type { Host } from '../../host/host.ts';
import type { Subscription } from './topic-store.ts';

export interface Message {
  readonly id: string;
  readonly topic: string;
  readonly subject: string | undefined;
  readonly text: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Brings a message to a subscriber. Functions are invoked; nothing else leaves the machine, so for
 * mail and web hooks the log says what they would have got.
 */
export async function deliver(
  host: Host,
  subscription: Subscription,
  message: Message,
): Promise<void> {
  if (subscription.protocol !== 'lambda') {
    const what = message.subject ?? message.text.slice(0, 200);
    host.log.info(`SNS would notify ${subscription.protocol} ${subscription.endpoint}: ${what}`);
    return;
  }
  try {
    await host.call('lambda', 'Invoke', {
      FunctionName: subscription.endpoint,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(eventOf(host, subscription, message))),
    });
  } catch (error) {
    host.log.warn(`SNS could not invoke ${subscription.endpoint}: ${(error as Error).message}`);
  }
}

/** What SNS invokes a function with. */
function eventOf(
  host: Host,
  subscription: Subscription,
  message: Message,
): Record<string, unknown> {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: message.topic,
          Subject: message.subject ?? null,
          Message: message.text,
          Timestamp: new Date(host.clock.now()).toISOString(),
          MessageAttributes: message.attributes,
        },
      },
    ],
  };
}
