import { describe, expect, it } from 'vitest';
import { createEc2Provider } from '../../../../local/providers/ec2/index.ts';
import { createTestHost } from '../../../fixtures/local-host.ts';

describe('A network', () => {
  it('has ids as AWS gives them, which stay when it is changed', async () => {
    const cloud = await createTestHost({ providers: { ec2: createEc2Provider } });
    const request = (properties: object) => ({
      stackName: 's',
      stackId: 'i',
      logicalId: 'Vpc',
      rollingBack: false,
      signal: new AbortController().signal,
      properties,
    });
    const type = cloud.host.resourceType('AWS::EC2::VPC');
    const made = await type?.create(request({ CidrBlock: '10.0.0.0/16' }));
    expect(made?.physicalId).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(made?.attributes).toMatchObject({
      CidrBlock: '10.0.0.0/16',
      DefaultSecurityGroup: expect.stringMatching(/^sg-/),
    });
    const current = { physicalId: made?.physicalId ?? '', properties: {}, attributes: {} };
    expect((await type?.update?.(request({}), current))?.physicalId).toBe(made?.physicalId);
    await cloud.stop();
  });
});
