import { AwsError } from '../../../host/aws-error.ts';
import { pageOf } from '../../../host/page.ts';
import type { Operation } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Parts } from '../parts.ts';

const PAGE = 50;

export function functionOperations(parts: Parts): Record<string, Operation> {
  const { store, functions } = parts;
  return {
    CreateFunction: async (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      const record = await functions.create(name, input, input.Code ?? {}, input.Tags);
      return isTrue(input.Publish) ? functions.publish(name) : record;
    },
    UpdateFunctionCode: async (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      const settings = input.Architectures && { settings: { Architectures: input.Architectures } };
      if (isTrue(input.DryRun)) return store.resolve(name);
      const record = await functions.update(name, { source: input, ...settings });
      return isTrue(input.Publish) ? functions.publish(name) : record;
    },
    UpdateFunctionConfiguration: (input) => {
      const { FunctionName, RevisionId, ...settings } = input;
      return functions.update(parseFunctionName(FunctionName).name, { settings });
    },
    GetFunction: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      const { tags, reservedConcurrency } = store.attributes(name);
      return {
        Configuration: store.resolve(name, qualifier),
        // The zip is not kept: what runs is what was unpacked from it.
        Code: { RepositoryType: 'S3' },
        Tags: tags,
        ...(reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
        }),
      };
    },
    GetFunctionConfiguration: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      return store.resolve(name, qualifier);
    },
    DeleteFunction: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      store.attributes(name);
      if (qualifier === undefined) store.delete(name);
      else functions.deleteVersion(name, qualifier);
    },
    ListFunctions: (input) => {
      const page = pageOf(store.names(), input.Marker, Number(input.MaxItems ?? PAGE));
      const Functions =
        input.FunctionVersion === 'ALL'
          ? page.items.flatMap((name) => store.versions(name))
          : page.items.map((name) => store.resolve(name));
      return { Functions, ...(page.nextToken && { NextMarker: page.nextToken }) };
    },
    ...concurrencyOperations(parts),
    ...tagOperations(parts),
  };
}

function concurrencyOperations({ store }: Parts): Record<string, Operation> {
  return {
    PutFunctionConcurrency: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      const reserved = Number(input.ReservedConcurrentExecutions);
      if (!Number.isInteger(reserved) || reserved < 0) {
        throw new AwsError(
          'InvalidParameterValueException',
          `ReservedConcurrentExecutions is ${input.ReservedConcurrentExecutions}; it must be a whole number from 0`,
        );
      }
      store.setAttributes(name, { reservedConcurrency: reserved });
      return { ReservedConcurrentExecutions: reserved };
    },
    GetFunctionConcurrency: (input) => {
      const { reservedConcurrency } = store.attributes(parseFunctionName(input.FunctionName).name);
      return reservedConcurrency === undefined
        ? {}
        : { ReservedConcurrentExecutions: reservedConcurrency };
    },
    DeleteFunctionConcurrency: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      store.setAttributes(name, { reservedConcurrency: undefined });
    },
  };
}

function tagOperations({ store }: Parts): Record<string, Operation> {
  return {
    TagResource: (input) => {
      const { name } = parseFunctionName(input.Resource);
      store.setAttributes(name, { tags: { ...store.attributes(name).tags, ...input.Tags } });
    },
    UntagResource: (input) => {
      const { name } = parseFunctionName(input.Resource);
      const removed = [input.TagKeys ?? []].flat();
      const tags = Object.entries(store.attributes(name).tags);
      store.setAttributes(name, {
        tags: Object.fromEntries(tags.filter(([key]) => !removed.includes(key))),
      });
    },
    ListTags: (input) => ({ Tags: store.attributes(parseFunctionName(input.Resource).name).tags }),
  };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
