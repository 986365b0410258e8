import { generatedName } from '../../host/generated-name.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { Parts } from './operations.ts';

/** CloudFormation's properties are the API's members with a capital letter. */
export function codedeployResources({
  applications,
  configs,
  groups,
}: Parts): Record<string, ResourceType> {
  return {
    'AWS::CodeDeploy::Application': {
      replaceOn: ['ApplicationName', 'ComputePlatform'],
      create: (request) => {
        const physicalId = request.properties.ApplicationName ?? generatedName(request, 100);
        applications.create({ ...memberNames(request.properties), applicationName: physicalId });
        return { physicalId };
      },
      // Tags alone can change without a replacement, and nothing depends on them.
      update: (_request, { physicalId }) => ({ physicalId }),
      delete: ({ physicalId }) => applications.delete(physicalId),
    },
    'AWS::CodeDeploy::DeploymentConfig': {
      replaceOn: 'any',
      create: (request) => {
        const { properties } = request;
        const salt = JSON.stringify(properties);
        const physicalId = properties.DeploymentConfigName ?? generatedName(request, 100, salt);
        configs.create({ ...memberNames(properties), deploymentConfigName: physicalId });
        return { physicalId };
      },
      delete: ({ physicalId }) => configs.delete(physicalId),
    },
    'AWS::CodeDeploy::DeploymentGroup': {
      replaceOn: ['ApplicationName', 'DeploymentGroupName'],
      create: (request) => {
        const physicalId = request.properties.DeploymentGroupName ?? generatedName(request, 100);
        groups.create({ ...memberNames(request.properties), deploymentGroupName: physicalId });
        return { physicalId };
      },
      update: (request, { physicalId }) => {
        groups.update({
          ...memberNames(request.properties),
          currentDeploymentGroupName: physicalId,
        });
        return { physicalId };
      },
      delete: ({ physicalId, properties }) => groups.delete(properties.ApplicationName, physicalId),
    },
  };
}

/** `AlarmConfiguration.Alarms[].Name` -> `alarmConfiguration.alarms[].name` */
function memberNames(properties: ResourceRequest['properties']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      inMemberNames(value),
    ]),
  );
}

function inMemberNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMemberNames);
  return typeof value === 'object' && value !== null ? memberNames(value) : value;
}
