import { AwsError } from '../../../host/aws-error.ts';
import type { CurrentResource, ResourceRequest, ResourceType } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import type { AliasRecord } from '../function-store.ts';
import type { Parts } from '../parts.ts';
import { shiftTraffic } from './alias-deployment.ts';

/** AWS::Lambda::Alias */
export function aliasResource({ host, functions, store }: Parts): ResourceType {
  const stateOf = ({ AliasArn }: AliasRecord) => ({
    physicalId: AliasArn,
    attributes: { AliasArn },
  });
  return {
    replaceOn: ['FunctionName', 'Name'],
    create(request) {
      const alias = wanted(request);
      if (store.hasAlias(alias.FunctionName, alias.Name)) {
        throw new AwsError('AlreadyExists', `Alias already exists: ${alias.Name}`);
      }
      return stateOf(functions.putAlias(alias));
    },
    async update(request, current) {
      const alias = wanted(request);
      if (!isShifted(request, alias, current)) return stateOf(functions.putAlias(alias));
      await shiftTraffic(host, request, {
        functionName: alias.FunctionName,
        aliasName: alias.Name,
        currentVersion: store.alias(alias.FunctionName, alias.Name).FunctionVersion,
        targetVersion: alias.FunctionVersion,
      });
      // CodeDeploy has moved the alias; what else the template says of it is still to be set.
      return stateOf(functions.putAlias(alias));
    },
    delete({ physicalId }) {
      const { name, qualifier = '' } = parseFunctionName(physicalId);
      if (store.hasAlias(name, qualifier)) store.deleteAlias(name, qualifier);
    },
  };
}

/** Traffic shifts only for a new version, and never on the way back from a failed change. */
function isShifted(
  request: ResourceRequest,
  alias: { FunctionVersion: string },
  { properties }: CurrentResource,
): boolean {
  return (
    request.updatePolicy?.CodeDeployLambdaAliasUpdate !== undefined &&
    !request.rollingBack &&
    String(properties.FunctionVersion) !== alias.FunctionVersion
  );
}

function wanted({ properties }: ResourceRequest): Omit<AliasRecord, 'AliasArn' | 'RevisionId'> {
  const weights: { FunctionVersion: string; FunctionWeight: number | string }[] =
    properties.RoutingConfig?.AdditionalVersionWeights ?? [];
  const AdditionalVersionWeights = Object.fromEntries(
    weights.map((each) => [String(each.FunctionVersion), Number(each.FunctionWeight)]),
  );
  return {
    FunctionName: parseFunctionName(properties.FunctionName).name,
    Name: properties.Name,
    FunctionVersion: String(properties.FunctionVersion),
    Description: properties.Description ?? '',
    ...(weights.length > 0 && { RoutingConfig: { AdditionalVersionWeights } }),
  };
}
