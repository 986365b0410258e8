import { z } from 'zod';
import { integer } from '../../host/operation-input.ts';

/** How an attempt ended, as far as a retry is decided by it. */
export interface AttemptEnd {
  readonly exitCode?: number | undefined;
  /** Why the container ended, when it did not end by itself. */
  readonly reason?: string | undefined;
  /** Why the attempt ended. */
  readonly statusReason?: string | undefined;
}

/** AWS: a pattern has at most 512 characters, and a star at its end only. */
const glob = z
  .string()
  .max(512)
  .regex(/^[^*]*\*?$/, 'expected a star at the end only');

const condition = z.object({
  onStatusReason: glob.optional(),
  onReason: glob.optional(),
  onExitCode: glob.optional(),
  action: z
    .string()
    .transform((action) => action.toUpperCase())
    .pipe(z.enum(['RETRY', 'EXIT'])),
});

export const retryStrategySchema = z.object({
  attempts: integer.refine((count) => count >= 1 && count <= 10, 'expected 1 to 10').optional(),
  evaluateOnExit: z.array(condition).max(5).optional(),
});

export type RetryStrategy = z.output<typeof retryStrategySchema>;

/**
 * Whether a failed attempt is followed by another: the first condition that holds in all its parts
 * decides; when none does, there is another one. Never more than `attempts` in all.
 */
export function isRetried(strategy: RetryStrategy, end: AttemptEnd, attempts: number): boolean {
  if (attempts >= (strategy.attempts ?? 1)) return false;
  const exitCode = end.exitCode === undefined ? undefined : String(end.exitCode);
  const decisive = strategy.evaluateOnExit?.find(
    ({ onStatusReason, onReason, onExitCode }) =>
      matches(onStatusReason, end.statusReason) &&
      matches(onReason, end.reason) &&
      matches(onExitCode, exitCode),
  );
  return decisive?.action !== 'EXIT';
}

function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  const value = text ?? '';
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
