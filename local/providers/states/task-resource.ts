/** What a task state calls, from its `Resource`. */
export type TaskResource =
  /** A function by its ARN: the state's input is its event. */
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'invoke' }
  /** A job of another service, whose end is awaited. */
  | { readonly kind: 'job'; readonly type: JobType }
  /** Any operation of another service. */
  | { readonly kind: 'operation'; readonly service: string; readonly operation: string };

export type JobType = 'batch' | 'transform';

const jobs: Readonly<Record<string, JobType>> = {
  'batch:submitJob.sync': 'batch',
  'sagemaker:createTransformJob.sync': 'transform',
};

/** Services that Step Functions knows under another name than this cloud. */
const services: Readonly<Record<string, string>> = {
  sfn: 'states',
  cloudwatchlogs: 'logs',
  eventbridge: 'events',
};

export function parseResource(resource: string): TaskResource | undefined {
  if (/^arn:aws[\w-]*:lambda:[^:]*:\d*:function:/.test(resource)) {
    return { kind: 'function', arn: resource };
  }
  const [, name = ''] = /^arn:aws[\w-]*:states:::(.+)$/.exec(resource) ?? [];
  if (name === 'lambda:invoke') return { kind: 'invoke' };
  const type = jobs[name];
  if (type) return { kind: 'job', type };
  // Without a suffix such as .waitForTaskToken, which asks for more than a call.
  const [, service, operation] = /^(?:aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)$/.exec(name) ?? [];
  if (!service || !operation) return undefined;
  return {
    kind: 'operation',
    service: services[service] ?? service,
    operation: operation.charAt(0).toUpperCase() + operation.slice(1),
  };
}

export function isKnownResource(resource: string): boolean {
  return parseResource(resource) !== undefined;
}
