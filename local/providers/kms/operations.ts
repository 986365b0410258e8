import type { Operation } from '../../host/provider.ts';
import type { KeyStore } from './key.ts';

export function createOperations(keys: KeyStore): Record<string, Operation> {
  return {
    DescribeKey: ({ KeyId }: { KeyId: string }) => {
      const key = keys.get(KeyId);
      return {
        KeyMetadata: {
          KeyId: key.id,
          Arn: keys.arn(key),
          CreationDate: new Date(key.created),
          Description: key.description,
          Enabled: key.enabled,
          KeyState: key.enabled ? 'Enabled' : 'Disabled',
          KeyUsage: 'ENCRYPT_DECRYPT',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyManager: 'CUSTOMER',
          Origin: 'AWS_KMS',
        },
      };
    },

    ListKeys: () => ({
      Keys: keys.all().map((key) => ({ KeyId: key.id, KeyArn: keys.arn(key) })),
      Truncated: false,
    }),

    ListAliases: () => ({
      Aliases: keys.aliases().map(({ name, keyId, created }) => ({
        AliasName: name,
        AliasArn: keys.aliasArn(name),
        TargetKeyId: keyId,
        CreationDate: new Date(created),
      })),
      Truncated: false,
    }),

    GetKeyPolicy: ({ KeyId }: { KeyId: string }) => ({
      Policy: JSON.stringify(keys.get(KeyId).policy),
      PolicyName: 'default',
    }),

    GetKeyRotationStatus: ({ KeyId }: { KeyId: string }) => ({
      KeyRotationEnabled: keys.get(KeyId).rotation,
    }),
  };
}
