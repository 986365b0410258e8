import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { ContainerAnswer, NoAnswer } from './container.ts';

/** SageMaker Runtime's errors, in its own words where they are known. */
export function invalidRequest(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function endpointNotFound(host: Host, name: string): AwsError {
  return invalidRequest(`Endpoint ${name} of account ${host.account} not found.`);
}

export function unavailable(endpoint: string): AwsError {
  return new AwsError(
    'ServiceUnavailable',
    `No container of endpoint ${endpoint} is able to take the request.`,
    503,
  );
}

export function noCopies(): AwsError {
  return invalidRequest(
    'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress ' +
      '(if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
  );
}

/** The container answered with another status than 2xx. */
export function modelError(host: Host, logGroup: string, answer: ContainerAnswer): AwsError {
  const { status, body } = answer;
  return refusedBy(host, logGroup, status, body.toString('utf8'));
}

/** The container gave no answer at all. */
export function noModelAnswer(host: Host, logGroup: string, { kind, message }: NoAnswer): AwsError {
  const text =
    kind === 'timeout'
      ? 'Your invocation timed out while waiting for a response from container primary. ' +
        'Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.'
      : message;
  return refusedBy(host, logGroup, 0, text);
}

function refusedBy(host: Host, logGroup: string, status: number, original: string): AwsError {
  const side = status >= 400 && status < 500 ? 'client' : 'server';
  const logs =
    `https://${host.region}.console.aws.amazon.com/cloudwatch/home?region=${host.region}` +
    `#logEventViewer:group=${logGroup}`;
  return new AwsError(
    'ModelError',
    `Received ${side} error (${status}) from primary with message "${original}". ` +
      `See ${logs} in account ${host.account} for more information.`,
    424,
    {
      OriginalStatusCode: status,
      OriginalMessage: original,
      LogStreamArn: host.arn('logs', `log-group:${logGroup}`),
    },
  );
}
