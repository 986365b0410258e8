import { jobServices } from './awaited-job.ts';
import type { State } from './definition.ts';
import type { Execution } from './execution.ts';
import type { TaskResource } from './task-resource.ts';

/** What the interpreter tells of. */
export interface InterpreterEvent {
  readonly type: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly state?: { readonly name: string; readonly input: unknown; readonly output?: unknown };
  readonly Error?: string;
  readonly Cause?: unknown;
}

type Event = { readonly type: string; readonly [details: string]: unknown };

/** Told by the tasks themselves, and not by the interpreter. */
export function isOfTask({ type }: Event): boolean {
  return type === 'TaskScheduled' || type === 'TaskSubmitted';
}

/** The interpreter's event as GetExecutionHistory gives it; undefined for one that AWS does not tell of. */
export function toHistory(
  event: InterpreterEvent,
  states: ReadonlyMap<string, State>,
  { input, roleArn }: Execution,
): Event | undefined {
  const { state } = event;
  const kind = states.get(state?.name ?? '')?.Type;
  switch (event.type) {
    case 'ExecutionStarted':
      return { type: event.type, executionStartedEventDetails: { input, roleArn } };
    case 'ExecutionSucceeded':
      return {
        type: event.type,
        executionSucceededEventDetails: { output: JSON.stringify(event.output) },
      };
    case 'ExecutionFailed':
      return { type: event.type, executionFailedEventDetails: reasonOf(event) };
    case 'StateEntered':
      return {
        type: `${kind}StateEntered`,
        stateEnteredEventDetails: { name: state?.name, input: JSON.stringify(state?.input) },
      };
    case 'StateExited':
      return {
        type: `${kind}StateExited`,
        stateExitedEventDetails: { name: state?.name, output: JSON.stringify(state?.output) },
      };
    case 'StateFailed':
      if (kind !== 'Task') return undefined;
      return { type: 'TaskFailed', taskFailedEventDetails: reasonOf(event) };
    default:
      return undefined;
  }
}

export function scheduledEvent(resource: TaskResource, parameters: unknown): Event {
  return {
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      ...namesOf(resource),
      region: 'us-east-1',
      parameters: JSON.stringify(parameters),
    },
  };
}

/** A job has been started: what its service answered. */
export function submittedEvent(resource: TaskResource, output: unknown): Event {
  return {
    type: 'TaskSubmitted',
    taskSubmittedEventDetails: { ...namesOf(resource), output: JSON.stringify(output) },
  };
}

function namesOf(resource: TaskResource): { resourceType: string; resource: string } {
  switch (resource.kind) {
    case 'job': {
      const { resourceType, resource: name } = jobServices[resource.type];
      return { resourceType, resource: name };
    }
    case 'operation': {
      const { service, operation } = resource;
      const name = operation.charAt(0).toLowerCase() + operation.slice(1);
      return { resourceType: `aws-sdk:${service}`, resource: name };
    }
    default:
      return { resourceType: 'lambda', resource: 'invoke' };
  }
}

function reasonOf({ Error: error, Cause }: InterpreterEvent): { error?: string; cause?: string } {
  return {
    ...(error && { error }),
    ...(typeof Cause === 'string' && { cause: Cause }),
  };
}
