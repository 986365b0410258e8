import type { Operation } from '../../host/provider.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { type EndpointParts, endpointOperations } from './endpoint-operations.ts';
import {
  type ComponentParts,
  inferenceComponentOperations,
} from './inference-component-operations.ts';
import type { Runtime } from './runtime.ts';
import { type TransformOperationParts, transformOperations } from './transform-operations.ts';

export interface Parts extends EndpointParts, ComponentParts, TransformOperationParts {
  readonly runtime: Runtime;
  readonly asyncs: AsyncInvocations;
}

export function sagemakerOperations(parts: Parts): Record<string, Operation> {
  return {
    ...parts.models.operations(),
    ...parts.configs.operations(),
    ...endpointOperations(parts),
    ...inferenceComponentOperations(parts),
    ...transformOperations(parts),
    InvokeEndpoint: (input) => parts.runtime.invoke(input),
    InvokeEndpointAsync: (input) => parts.asyncs.invoke(input),
  };
}
