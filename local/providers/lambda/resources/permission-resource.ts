import { randomUUID } from 'node:crypto';
import { generatedName } from '../../../host/generated-name.ts';
import type { ResourceType } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import { policyOperations } from '../operations/policy-operations.ts';
import type { Parts } from '../parts.ts';

/** AWS::Lambda::Permission */
export function permissionResource(parts: Parts): ResourceType {
  const policies = policyOperations(parts);
  return {
    replaceOn: 'any',
    create(request) {
      const StatementId = generatedName(request, 100, randomUUID());
      policies.AddPermission?.({ ...request.properties, StatementId });
      return { physicalId: StatementId, attributes: { Id: StatementId } };
    },
    delete({ physicalId, properties }) {
      const { name, qualifier = '' } = parseFunctionName(properties.FunctionName);
      // The function, or the alias with its policy, may have gone first.
      if (!parts.store.has(name)) return;
      const statements = parts.store.attributes(name).policies[qualifier] ?? [];
      if (!statements.some(({ Sid }) => Sid === physicalId)) return;
      policies.RemovePermission?.({
        FunctionName: properties.FunctionName,
        StatementId: physicalId,
      });
    },
  };
}
