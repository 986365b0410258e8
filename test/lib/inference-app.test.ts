import { describe, expect, it } from 'vitest';
import type { InferenceApp } from '../../lib/inference-app.ts';
import { inferenceApp } from '../fixtures/inference-app.ts';

interface AssemblyManifest {
  readonly artifacts: Record<
    string,
    { readonly type: string; readonly dependencies?: readonly string[] }
  >;
}

const dependenciesOf = (app: InferenceApp): Record<string, readonly string[]> => {
  const { artifacts } = app.synth().manifest as AssemblyManifest;
  const stacks = Object.entries(artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  return Object.fromEntries(
    stacks.map(([name, { dependencies = [] }]) => [
      name,
      dependencies.filter((one) => !one.endsWith('.assets')),
    ]),
  );
};

/** Every value under a key that gives a physical name. */
function physicalNames(app: InferenceApp): string[] {
  const names: string[] = [];
  const collect = (value: unknown, key = ''): void => {
    if (typeof value === 'string' && nameKeys.has(key)) names.push(value);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) collect(inner, name);
    }
  };
  for (const stack of app.synth().stacks) {
    names.push(stack.stackName);
    for (const { Properties } of Object.values<{ Properties?: unknown }>(
      stack.template.Resources,
    )) {
      collect(Properties);
    }
  }
  // AWS's own configurations are nobody's resource.
  return names.filter((name) => !name.startsWith('CodeDeployDefault.'));
}

const nameKeys = new Set([
  'AlarmName',
  'BucketName',
  'DashboardName',
  'DeploymentConfigName',
  'FunctionName',
  'LogGroupName',
  'RoleName',
  'StageName',
  'TopicName',
]);

describe('The app', () => {
  const app = inferenceApp({ 'plus/1/model.onnx': 1, 'odd_name.v1/1/model.onnx': 2 });

  it('has a platform, one stack per model, and an API that depends on no model', () => {
    const dependencies = dependenciesOf(app);
    const platform = ['siskin-dev-platform'];
    const names = Object.keys(dependencies);
    expect(names).toHaveLength(4);
    expect(dependencies['siskin-dev-platform']).toEqual([]);
    for (const name of names.filter((one) => one !== 'siskin-dev-platform')) {
      expect(dependencies[name], name).toEqual(platform);
    }
  });

  it('has no exports and no imports: stacks deploy and go independently', () => {
    for (const { template } of app.synth().stacks) {
      expect(JSON.stringify(template)).not.toContain('Fn::ImportValue');
      expect(Object.values(template.Outputs ?? {}).filter(isExport)).toEqual([]);
    }
  });

  it('shares no physical name between two stages', () => {
    const staged = inferenceApp({ 'plus/1/model.onnx': 1 }, { stage: 'prod' });
    const other = inferenceApp({ 'plus/1/model.onnx': 1 }, { stage: 'test' });
    const names = physicalNames(staged);
    expect(names).toContain('siskin-prod-plus');
    expect(names.filter((name) => physicalNames(other).includes(name))).toEqual([]);
  });

  it('tags stacks with stage and model, and the owner in letters that AWS takes', () => {
    const owned = inferenceApp({
      'plus/1/model.onnx': 1,
      'plus/model.yaml': 'owner: "vision; team"\n',
    });
    expect(owned.models[0]?.tags.tagValues()).toEqual({
      'siskin:stage': 'dev',
      'siskin:model': 'plus',
      'siskin:owner': 'vision- team',
    });
  });
});

function isExport(output: unknown): boolean {
  return typeof output === 'object' && output !== null && 'Export' in output;
}
