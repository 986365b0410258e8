import { describe, expect, it } from 'vitest';
import type { Stacks } from '../../../cli/cloud/stacks.ts';
import { planRelease } from '../../../cli/release/release-plan.ts';
import { inWords, targetOf } from '../../../cli/release/target-change.ts';
import type { Model } from '../../../lib/model-repository/model.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';

const template = (...types: readonly string[]) => ({
  Resources: Object.fromEntries(types.map((Type, index) => [`R${index}`, { Type }])),
});

const onLambda = template('AWS::Lambda::Function', 'AWS::Lambda::Alias');
const onEndpoint = template('AWS::Lambda::Alias', 'AWS::SageMaker::Endpoint');

describe('The target of a deployed model', () => {
  it('is read from its template, for the model.yaml of then is gone', () => {
    expect(targetOf(onLambda)).toBe('lambda');
    expect(targetOf(onEndpoint)).toBe('sagemaker');
    expect(targetOf(template('AWS::S3::Bucket'))).toBeUndefined();
    expect(targetOf(undefined)).toBeUndefined();
  });

  it('is refused to change by the plan, which names the two steps', async () => {
    const deployed: Record<string, unknown> = {
      platform: {},
      api: {},
      'model-detect': onLambda,
      'model-stays': onLambda,
    };
    const stacks = {
      platformName: 'platform',
      apiName: 'api',
      modelStackName: (name: string) => `model-${name}`,
      isModelStack: (name: string) => name.startsWith('model-'),
      list: async () =>
        new Map(Object.keys(deployed).map((name) => [name, { StackStatus: 'UPDATE_COMPLETE' }])),
      template: async (name: string) => deployed[name],
    } as unknown as Stacks;
    const assembly = makeFolder({
      'platform.template.json': '{}',
      'api.template.json': '{}',
      'model-detect.template.json': JSON.stringify(onEndpoint),
      'model-stays.template.json': JSON.stringify({ ...onLambda, Description: 'changed' }),
    });
    const model = (name: string, target: string) =>
      ({ name, awsName: name, config: { target } }) as Model;
    const plan = await planRelease(stacks, assembly, [
      model('detect', 'sagemaker'),
      model('stays', 'lambda'),
    ]);
    expect(plan.changed.map(({ model: { name } }) => name)).toEqual(['detect', 'stays']);
    expect(plan.retargeted).toEqual([{ model: 'detect', deployed: 'lambda', wanted: 'sagemaker' }]);
    const words = inWords(plan.retargeted);
    expect(words).toMatch(/First copy the folder .* Then remove the folder detect/);
  });
});
