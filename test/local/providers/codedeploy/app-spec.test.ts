import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import { parseAppSpec } from '../../../../local/providers/codedeploy/app-spec.ts';

const YAML = `
version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties:
        Name: shop
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: check-before
  - AfterAllowTraffic: check-after
`;

describe('an AppSpec', () => {
  it('in YAML names the alias, both versions and the hooks', () => {
    expect(parseAppSpec(YAML)).toEqual({
      functionName: 'shop',
      alias: 'live',
      currentVersion: '1',
      targetVersion: '2',
      hooks: { BeforeAllowTraffic: 'check-before', AfterAllowTraffic: 'check-after' },
    });
  });

  it('in JSON is understood as well, and needs no hooks', () => {
    const Properties = { Name: 'shop', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' };
    const Resources = [{ shop: { Type: 'AWS::Lambda::Function', Properties } }];
    expect(parseAppSpec(JSON.stringify({ version: 0.0, Resources })).hooks).toEqual({});
  });

  it.each([
    ['', 'expected object'],
    ['version: 0.0', 'Resources'],
    [YAML.replace('AWS::Lambda::Function', 'AWS::ECS::Service'), 'Type'],
    [YAML.replace('Alias: live', 'Alias: ""'), 'Resources.0.shop.Properties.Alias'],
    [YAML.replace('AfterAllowTraffic', 'AfterInstall'), 'AfterInstall'],
    ['a: [', 'Flow sequence'],
  ])('is refused with the place of the mistake', (content, reason) => {
    expect(() => parseAppSpec(content)).toThrow(reason);
  });

  it('lets only its own errors escape', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        expect(() => parseAppSpec(content)).toThrow(AwsError);
      }),
    );
  });
});
