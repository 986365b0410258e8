/** How an invocation, or an initialization, ended. */
export type Outcome =
  | { readonly kind: 'answer'; readonly payload: Buffer }
  /** The function, or loading it, failed and said so: the payload is its error report. */
  | { readonly kind: 'error'; readonly errorType: string; readonly payload: Buffer }
  /** A streamed answer broke off; what was sent before stands. */
  | { readonly kind: 'broken-stream'; readonly errorType: string; readonly payload: Buffer }
  | { readonly kind: 'timeout' }
  /** The process ended without an answer. */
  | { readonly kind: 'exit'; readonly reason: string };

/** How an initialization ended: `ready`, or not. */
export type InitOutcome = { readonly kind: 'ready' } | Exclude<Outcome, { kind: 'answer' }>;

export function errorOutcome(errorType: string, errorMessage: string): Outcome {
  return {
    kind: 'error',
    errorType,
    payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
  };
}

export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  if (code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
};
