import { AwsError } from '../../host/aws-error.ts';
import type { Operation, ResourceRequest } from '../../host/provider.ts';

export async function runOperation(
  operations: Readonly<Record<string, Operation>>,
  name: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return (await operations[name]?.(input)) as Record<string, unknown>;
}

/** Somebody may have deleted it already, which is what is wanted. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof AwsError && error.message.startsWith('Could not find'))) throw error;
  }
}

/** Runs `wait`, and gives the change up when CloudFormation does. */
export async function untilSettled<T>(
  { signal }: ResourceRequest,
  cancel: (reason: Error) => void,
  wait: () => Promise<T>,
): Promise<T> {
  const onAbort = () => cancel(new Error('CloudFormation cancelled the change.'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await wait();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** CloudFormation's error for a resource that did not become what was wanted. */
export function notStabilized(what: string, reason: string | undefined): AwsError {
  return new AwsError('NotStabilized', `${what}: ${reason ?? 'it gave no reason'}`);
}
