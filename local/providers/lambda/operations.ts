import type { Operation } from '../../host/provider.ts';
import { functionOperations } from './operations/function-operations.ts';
import { invokeOperations } from './operations/invoke-operations.ts';
import { layerOperations } from './operations/layer-operations.ts';
import { policyOperations } from './operations/policy-operations.ts';
import { versionOperations } from './operations/version-operations.ts';
import type { Parts } from './parts.ts';

/** Lambda's API. */
export function lambdaOperations(parts: Parts): Record<string, Operation> {
  return {
    ...functionOperations(parts),
    ...versionOperations(parts),
    ...layerOperations(parts),
    ...policyOperations(parts),
    ...invokeOperations(parts),
  };
}
