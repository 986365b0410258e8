import type { Operation } from '../../host/provider.ts';
import type { RepositoryStore } from './repository.ts';

export function createOperations(repositories: RepositoryStore): Record<string, Operation> {
  return {
    DescribeRepositories: ({ repositoryNames }: { repositoryNames?: string[] }) => {
      const chosen = repositoryNames?.map((name) => repositories.get(name)) ?? repositories.all();
      return {
        repositories: chosen.map((repository) => ({
          repositoryName: repository.name,
          repositoryArn: repositories.arn(repository),
          repositoryUri: repositories.uri(repository),
          createdAt: new Date(repository.created),
          imageTagMutability: repository.tagMutability,
        })),
      };
    },
  };
}
