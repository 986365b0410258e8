import { randomBytes } from 'node:crypto';
import type { ResourceRequest } from '../../../host/provider.ts';

/**
 * A name for a resource whose template gives none: stack, logical id, and something that no other
 * has, not even the resource that this one replaces.
 */
export function generatedName({ stackName, logicalId }: ResourceRequest, limit: number): string {
  const suffix = randomBytes(6).toString('hex');
  return `${`${stackName}-${logicalId}`.slice(0, limit - suffix.length - 1)}-${suffix}`;
}
