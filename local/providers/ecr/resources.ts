import type { ResourceType } from '../../host/provider.ts';
import type { Repository, RepositoryStore } from './repository.ts';

export function createResources(repositories: RepositoryStore): Record<string, ResourceType> {
  const described = (repository: Repository) => ({
    physicalId: repository.name,
    attributes: {
      Arn: repositories.arn(repository),
      RepositoryUri: repositories.uri(repository),
    },
  });

  return {
    'AWS::ECR::Repository': {
      replaceOn: ['RepositoryName'],
      create: ({ properties, stackName, logicalId }) => {
        const name = properties.RepositoryName ?? `${stackName}-${logicalId}`.toLowerCase();
        return described(repositories.create(name, properties.ImageTagMutability ?? 'MUTABLE'));
      },
      update: ({ properties }, { physicalId }) =>
        described(repositories.change(physicalId, properties.ImageTagMutability ?? 'MUTABLE')),
      delete: ({ physicalId }) => repositories.delete(physicalId),
    },
  };
}
