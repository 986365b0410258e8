import type { ResourceType } from '../../host/provider.ts';
import type { ParameterStore } from './parameter.ts';

export function createResources(parameters: ParameterStore): Record<string, ResourceType> {
  const put = (name: string, properties: Record<string, unknown>, overwrite: boolean) => {
    const stored = parameters.put({
      Name: name,
      Value: String(properties.Value),
      Type: String(properties.Type ?? 'String'),
      ...(properties.Description !== undefined && {
        Description: String(properties.Description),
      }),
      Overwrite: overwrite,
    });
    return { physicalId: name, attributes: { Type: stored.type, Value: stored.value } };
  };

  return {
    'AWS::SSM::Parameter': {
      replaceOn: ['Name'],
      create: ({ properties, logicalId, stackName }) =>
        put(properties.Name ?? `${stackName}-${logicalId}`, properties, false),
      update: ({ properties }, current) => put(current.physicalId, properties, true),
      delete: ({ physicalId }) => {
        if (parameters.find(physicalId)) parameters.delete(physicalId);
      },
    },
  };
}
