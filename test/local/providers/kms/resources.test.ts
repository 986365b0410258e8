import { expect, test } from 'vitest';
import type { ResourceType } from '../../../../local/host/provider.ts';
import { createKmsProvider } from '../../../../local/providers/kms/index.ts';
import { createTestHost } from '../../../fixtures/local-host.ts';

const request = (properties: Record<string, unknown>) => ({
  stackName: 'stack',
  stackId: 'id',
  logicalId: 'Logical',
  properties,
  rollingBack: false,
  signal: new AbortController().signal,
});

test('a key is found by id, ARN and alias', async () => {
  const cloud = await createTestHost({ providers: { kms: createKmsProvider } });
  const type = (name: string) => cloud.host.resourceType(name) as ResourceType;
  const key = await type('AWS::KMS::Key').create(request({ Description: 'topics' }));
  const alias = { AliasName: 'alias/topics', TargetKeyId: key.attributes?.Arn };
  await type('AWS::KMS::Alias').create(request(alias));
  for (const KeyId of [key.physicalId, key.attributes?.Arn, 'alias/topics']) {
    const described = await cloud.host.call('kms', 'DescribeKey', { KeyId });
    expect(described).toMatchObject({
      KeyMetadata: { KeyId: key.physicalId, Description: 'topics', KeyState: 'Enabled' },
    });
  }
  await cloud.stop();
});
