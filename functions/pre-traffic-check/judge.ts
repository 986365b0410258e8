import type { CheckEvent, Report } from './verdict.ts';
import { isHook } from './verdict.ts';

export interface Judge {
  /** Runs the check; gives what speaks against the release. */
  readonly check: (event: CheckEvent) => Promise<string[]>;
  readonly report: Report;
  /** Aborted shortly before the function's time runs out. */
  readonly deadline: AbortSignal;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/**
 * Checks and reports, whatever happens: without a report CodeDeploy waits an hour, and so does
 * CloudFormation. A check that throws or runs out of time is a failed one.
 */
export async function judge(event: CheckEvent, judge: Judge): Promise<readonly string[]> {
  const failures = isWanted(event) ? await failuresOf(event, judge) : [];
  judge.log({
    level: failures.length === 0 ? 'INFO' : 'ERROR',
    message: failures.length === 0 ? 'The check passed' : 'The check failed',
    ...(isHook(event) && { deploymentId: event.DeploymentId }),
    failures,
  });
  await judge.report(event, failures);
  return failures;
}

/** Updates go through CodeDeploy and are checked there; a deletion needs no check. */
function isWanted(event: CheckEvent): boolean {
  return isHook(event) || event.RequestType === 'Create';
}

async function failuresOf(event: CheckEvent, { check, deadline }: Judge): Promise<string[]> {
  try {
    return await Promise.race([check(event), expiry(deadline)]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [`the check itself failed: ${text}`];
  }
}

function expiry(deadline: AbortSignal): Promise<string[]> {
  const outcome = ['the check did not end within its time'];
  if (deadline.aborted) return Promise.resolve(outcome);
  return new Promise((resolve) => {
    deadline.addEventListener('abort', () => resolve(outcome), { once: true });
  });
}
