import { createHash } from 'node:crypto';
import type { ResourceRequest } from './provider.ts';

/**
 * A physical name for a resource that the template gives none, in CloudFormation's manner. `salt`
 * tells a replacement from what it replaces.
 */
export function generatedName(
  { stackId, stackName, logicalId }: ResourceRequest,
  maxLength: number,
  salt = '',
): string {
  const hash = createHash('sha256').update(`${stackId}\n${logicalId}\n${salt}`).digest('hex');
  const suffix = `-${hash.slice(0, 12).toUpperCase()}`;
  return `${stackName}-${logicalId}`.slice(0, maxLength - suffix.length) + suffix;
}
