import { createHash } from 'node:crypto';
import type { ResourceRequest } from '../../../host/provider.ts';

/** A name for a resource whose template gives none: stack, logical id, and something unlike others. */
export function generatedName({ stackName, stackId, logicalId }: ResourceRequest, limit: number) {
  const digest = createHash('sha256').update(`${stackId}/${logicalId}`).digest('hex').slice(0, 12);
  const readable = `${stackName}-${logicalId}`.slice(0, limit - digest.length - 1);
  return `${readable}-${digest}`;
}
