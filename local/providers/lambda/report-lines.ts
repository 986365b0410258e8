import type { EnvironmentLog } from './environment-log.ts';
import type { FunctionRecord } from './function-record.ts';
import type { Outcome } from './outcome.ts';

interface Reported {
  readonly requestId: string;
  readonly traceId: string;
  readonly record: FunctionRecord;
}

interface Ended {
  readonly environment: { readonly memoryUsed: number };
  readonly log: EnvironmentLog;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** The last lines of an invocation's log, which Lambda writes. */
export function reportLines(
  { requestId, traceId, record }: Reported,
  { environment, log, outcome, durationMs }: Ended,
): string[] {
  const lines: (string | undefined)[] = [];
  if (outcome.kind === 'timeout') {
    const time = new Date().toISOString();
    lines.push(`${time} ${requestId} Task timed out after ${record.Timeout.toFixed(2)} seconds`);
  }
  if (outcome.kind === 'exit') lines.push(`RequestId: ${requestId} Error: ${outcome.reason}`);
  lines.push(log.platform.end(requestId));
  lines.push(
    log.platform.report({
      requestId,
      traceId,
      durationMs,
      memorySizeMiB: record.MemorySize,
      maxMemoryUsedBytes: environment.memoryUsed,
      initMs: log.takeInitMs(),
      status: statusOf(outcome),
      errorType: outcome.kind === 'exit' ? 'Runtime.ExitError' : undefined,
    }),
  );
  return lines.filter((line) => line !== undefined);
}

function statusOf(outcome: Outcome): 'success' | 'error' | 'timeout' {
  if (outcome.kind === 'timeout') return 'timeout';
  // A handler that throws has still done its work: Lambda reports no status for it.
  return outcome.kind === 'exit' ? 'error' : 'success';
}
