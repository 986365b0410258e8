import { AwsError } from '../host/aws-error.ts';
import type { Host } from '../host/host.ts';

/** What an AWS service tells of itself on the default event bus. */
export interface ServiceEvent {
  /** Such as `aws.batch`. */
  readonly source: string;
  readonly detailType: string;
  /** ARNs of what it is about. */
  readonly resources: readonly string[];
  readonly detail: object;
}

/** Puts an event on the bus. Its service does not wait for it, and does not fail with it. */
export function sendEvent(
  host: Host,
  { source, detailType, resources, detail }: ServiceEvent,
): void {
  const entry = {
    Source: source,
    DetailType: detailType,
    Resources: resources,
    Detail: JSON.stringify(detail),
    Time: new Date(host.clock.now()),
  };
  host.call('events', 'PutEvents', { Entries: [entry] }).catch((error) => {
    // A cloud that was started with some of its services only may have no bus.
    if (error instanceof AwsError && error.code === 'UnknownOperationException') return;
    host.log.error(`The event ${detailType} of ${source} was lost`, error);
  });
}
