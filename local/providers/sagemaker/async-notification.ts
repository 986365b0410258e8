import type { Host } from '../../host/host.ts';
import type { AsyncInferenceSettings } from './endpoint-config-input.ts';

/** A request that waits in line. Times are milliseconds since the epoch. */
export interface AsyncJob {
  readonly id: string;
  readonly inferenceId: string;
  readonly endpoint: string;
  readonly inputLocation: string;
  readonly outputLocation: string;
  readonly failureLocation?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: number;
  readonly expiresAt: number;
  readonly limitMs: number;
}

export type AsyncOutcome = { readonly contentType: string } | { readonly reason: string };

/** Tells the endpoint's topic how an asynchronous request ended; a topic that is gone hears nothing. */
export async function notify(
  host: Host,
  settings: AsyncInferenceSettings | undefined,
  job: AsyncJob,
  outcome: AsyncOutcome,
): Promise<void> {
  const { SuccessTopic, ErrorTopic } = settings?.OutputConfig.NotificationConfig ?? {};
  const topic = 'contentType' in outcome ? SuccessTopic : ErrorTopic;
  if (!topic) return;
  try {
    await host.call('sns', 'Publish', {
      TopicArn: topic,
      Message: JSON.stringify(messageOf(host, job, outcome)),
    });
  } catch (error) {
    host.log.warn(`Topic ${topic} could not be told of ${job.id}: ${(error as Error).message}`);
  }
}

function messageOf(host: Host, job: AsyncJob, outcome: AsyncOutcome): Record<string, unknown> {
  const isDone = 'contentType' in outcome;
  return {
    awsRegion: host.region,
    eventTime: new Date(host.clock.now()).toISOString(),
    receivedTime: new Date(job.receivedAt).toISOString(),
    invocationStatus: isDone ? 'Completed' : 'Failed',
    requestParameters: {
      ...(job.headers.accept && { accept: job.headers.accept }),
      contentType: job.headers['content-type'],
      endpointName: job.endpoint,
      inputLocation: job.inputLocation,
    },
    ...(isDone
      ? {
          responseParameters: {
            contentType: outcome.contentType,
            outputLocation: job.outputLocation,
          },
        }
      : {
          failureReason: outcome.reason,
          ...(job.failureLocation && {
            responseParameters: { outputLocation: job.failureLocation },
          }),
        }),
    inferenceId: job.inferenceId,
    eventVersion: '1.0',
    eventSource: 'aws:sagemaker',
    eventName: 'InferenceResult',
  };
}
