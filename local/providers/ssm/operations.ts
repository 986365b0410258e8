import type { Operation } from '../../host/provider.ts';
import type { ParameterStore, PutParameter, StoredParameter } from './parameter.ts';

const LARGEST_PAGE = 10;

export function createOperations(parameters: ParameterStore): Record<string, Operation> {
  return { ...readOperations(parameters), ...changeOperations(parameters) };
}

interface GetByPath {
  readonly Path: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

function readOperations(parameters: ParameterStore): Record<string, Operation> {
  const describe = (stored: StoredParameter) => ({
    Name: stored.name,
    Type: stored.type,
    Value: stored.value,
    Version: stored.version,
    LastModifiedDate: new Date(stored.modified),
    ARN: parameters.arn(stored),
    DataType: 'text',
  });

  return {
    GetParameter: ({ Name }: { Name: string }) => ({ Parameter: describe(parameters.get(Name)) }),

    GetParameters: ({ Names }: { Names: string[] }) => {
      const found = Names.map((name) => parameters.find(name)).filter((stored) => !!stored);
      return {
        Parameters: found.map(describe),
        InvalidParameters: Names.filter((name) => !parameters.find(name)),
      };
    },

    GetParametersByPath: (input: GetByPath) => {
      const below = parametersBelow(parameters, input);
      const start = Number(input.NextToken ?? 0);
      const end = start + (input.MaxResults ?? LARGEST_PAGE);
      return {
        Parameters: below.slice(start, end).map(describe),
        ...(end < below.length && { NextToken: String(end) }),
      };
    },

    DescribeParameters: () => ({
      Parameters: parameters.all().map((stored) => {
        const { Value: _value, ...metadata } = describe(stored);
        return { ...metadata, Description: stored.description };
      }),
    }),
  };
}

function changeOperations(parameters: ParameterStore): Record<string, Operation> {
  return {
    PutParameter: (input: PutParameter) => {
      const stored = parameters.put(input);
      return { Version: stored.version, Tier: 'Standard' };
    },

    DeleteParameter: ({ Name }: { Name: string }) => {
      parameters.delete(Name);
      return {};
    },

    DeleteParameters: ({ Names }: { Names: string[] }) => {
      const known = Names.filter((name) => parameters.find(name));
      for (const name of known) parameters.delete(name);
      return {
        DeletedParameters: known,
        InvalidParameters: Names.filter((name) => !known.includes(name)),
      };
    },
  };
}

function parametersBelow(parameters: ParameterStore, { Path, Recursive }: GetByPath) {
  const prefix = Path.endsWith('/') ? Path : `${Path}/`;
  return parameters
    .all()
    .filter(({ name }) => name.startsWith(prefix))
    .filter(({ name }) => Recursive || !name.slice(prefix.length).includes('/'));
}
