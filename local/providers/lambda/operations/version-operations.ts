import { AwsError } from '../../../host/aws-error.ts';
import { pageOf } from '../../../host/page.ts';
import type { Operation } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Parts } from '../parts.ts';

const PAGE = 50;

export function versionOperations(parts: Parts): Record<string, Operation> {
  const { store, functions } = parts;
  return {
    PublishVersion: (input) =>
      functions.publish(
        parseFunctionName(input.FunctionName).name,
        input.Description,
        input.CodeSha256,
      ),
    ListVersionsByFunction: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      store.attributes(name);
      const page = pageOf(store.versions(name), input.Marker, Number(input.MaxItems ?? PAGE));
      return { Versions: page.items, ...(page.nextToken && { NextMarker: page.nextToken }) };
    },
    ...aliasOperations(parts),
    ...provisionedOperations(parts),
  };
}

function aliasOperations({ store, functions }: Parts): Record<string, Operation> {
  return {
    CreateAlias: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      store.attributes(name);
      if (store.hasAlias(name, input.Name)) {
        throw new AwsError(
          'ResourceConflictException',
          `Alias already exists: ${name}:${input.Name}`,
          409,
        );
      }
      return functions.putAlias({
        FunctionName: name,
        Name: aliasName(input.Name),
        FunctionVersion: String(input.FunctionVersion),
        Description: input.Description ?? '',
        ...routing(input.RoutingConfig),
      });
    },
    UpdateAlias: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      const { AliasArn, RevisionId, ...alias } = store.alias(name, input.Name);
      const { RoutingConfig, ...unweighted } = alias;
      return functions.putAlias({
        ...(input.RoutingConfig === undefined ? alias : unweighted),
        FunctionVersion: String(input.FunctionVersion ?? alias.FunctionVersion),
        Description: input.Description ?? alias.Description,
        ...routing(input.RoutingConfig),
      });
    },
    GetAlias: (input) => store.alias(parseFunctionName(input.FunctionName).name, input.Name),
    ListAliases: (input) => {
      const { name } = parseFunctionName(input.FunctionName);
      store.attributes(name);
      const aliases = store
        .aliases(name)
        .filter(({ FunctionVersion: v }) => [undefined, v].includes(input.FunctionVersion));
      const page = pageOf(aliases, input.Marker, Number(input.MaxItems ?? PAGE));
      return { Aliases: page.items, ...(page.nextToken && { NextMarker: page.nextToken }) };
    },
    DeleteAlias: (input) => {
      store.deleteAlias(parseFunctionName(input.FunctionName).name, input.Name);
    },
  };
}

/** Kept and told, and otherwise without effect: environments start when they are needed. */
function provisionedOperations({ store }: Parts): Record<string, Operation> {
  const status = (requested: number) => ({
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: requested,
    AllocatedProvisionedConcurrentExecutions: requested,
    Status: 'READY',
  });
  return {
    PutProvisionedConcurrencyConfig: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      store.resolve(name, qualifier);
      const requested = Number(input.ProvisionedConcurrentExecutions);
      const { provisioned } = store.attributes(name);
      store.setAttributes(name, { provisioned: { ...provisioned, [qualifier ?? '']: requested } });
      return status(requested);
    },
    GetProvisionedConcurrencyConfig: (input) => {
      const { name, qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
      const requested = store.attributes(name).provisioned[qualifier ?? ''];
      if (requested === undefined) {
        throw new AwsError(
          'ProvisionedConcurrencyConfigNotFoundException',
          'No Provisioned Concurrency Config found for this function',
          404,
        );
      }
      return status(requested);
    },
    DeleteProvisionedConcurrencyConfig: (input) => {
      const { name, qualifier = '' } = parseFunctionName(input.FunctionName, input.Qualifier);
      const { [qualifier]: _removed, ...provisioned } = store.attributes(name).provisioned;
      store.setAttributes(name, { provisioned });
    },
  };
}

function aliasName(name: unknown): string {
  if (typeof name === 'string' && /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/.test(name)) return name;
  throw new AwsError(
    'InvalidParameterValueException',
    `'${name}' is not an alias's name: letters, digits, - and _, and not digits alone`,
  );
}

/** An empty list of weights takes them away. */
function routing(given?: { AdditionalVersionWeights?: Record<string, number | string> }) {
  const weights = Object.entries(given?.AdditionalVersionWeights ?? {});
  if (weights.length === 0) return {};
  const numbers = weights.map(([version, weight]) => [version, Number(weight)]);
  return { RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(numbers) } };
}
