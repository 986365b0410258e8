import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { Key, KeyStore } from './key.ts';

export function createResources(keys: KeyStore): Record<string, ResourceType> {
  const described = (key: Key) => ({
    physicalId: key.id,
    attributes: { Arn: keys.arn(key), KeyId: key.id },
  });

  return {
    'AWS::KMS::Key': {
      create: ({ properties }) => described(keys.create(keyOf(properties))),
      update: ({ properties }, { physicalId }) =>
        described(keys.change(physicalId, keyOf(properties))),
      delete: ({ physicalId }) => keys.delete(physicalId),
    },

    'AWS::KMS::Alias': {
      replaceOn: ['AliasName'],
      create: ({ properties }) => putAlias(properties),
      update: ({ properties }) => putAlias(properties),
      delete: ({ physicalId }) => keys.deleteAlias(physicalId),
    },
  };

  function putAlias({ AliasName, TargetKeyId }: ResourceRequest['properties']) {
    keys.putAlias(AliasName, TargetKeyId);
    return { physicalId: AliasName };
  }
}

function keyOf(properties: ResourceRequest['properties']): Omit<Key, 'id' | 'created'> {
  return {
    description: properties.Description ?? '',
    enabled: properties.Enabled ?? true,
    rotation: properties.EnableKeyRotation ?? false,
    policy: properties.KeyPolicy,
  };
}
