import type { CreateProvider } from '../../host/provider.ts';
import { createOperations } from './operations.ts';
import { RepositoryStore } from './repository.ts';
import { createResources } from './resources.ts';

/** Elastic Container Registry: the repositories that a CDK bootstrap makes, without images. */
export const createEcrProvider: CreateProvider = (host) => {
  const repositories = new RepositoryStore(host);
  return {
    operations: createOperations(repositories),
    resources: createResources(repositories),
  };
};
