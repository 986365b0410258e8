import type { CreateProvider } from '../../host/provider.ts';
import { createOperations } from './operations.ts';
import { PolicyStore } from './policy.ts';
import { createResources } from './resources.ts';
import { RoleStore } from './role.ts';

/** Identity and Access Management: kept and shown, never enforced. */
export const createIamProvider: CreateProvider = (host) => {
  const roles = new RoleStore(host);
  const policies = new PolicyStore(host);
  return {
    operations: createOperations(roles, policies),
    resources: createResources(roles, policies),
  };
};
