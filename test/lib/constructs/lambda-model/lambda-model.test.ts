import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { inferenceApp, oneModel, type RepositoryFiles } from '../../../fixtures/inference-app.ts';
import { resourceOf, resourcesOf } from '../../../fixtures/template.ts';

const modelStack = (files?: RepositoryFiles, context?: Record<string, unknown>): Stack =>
  inferenceApp(files, context).models[0] as Stack;

const plain = modelStack();

const functionOf = (stack: Stack) => {
  const [found] = resourcesOf(stack, 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.FunctionName,
  );
  if (!found) throw new Error('no named function');
  return found;
};

const versionId = (stack: Stack) => resourceOf(stack, 'AWS::Lambda::Version').logicalId;

describe('A model on Lambda', () => {
  it('runs Node 24 on x86_64 with the sizes of model.yaml, traced, under a name with the stage', () => {
    const yaml = 'memory: 2048\ntimeout: 20\n';
    const stack = modelStack({ ...oneModel, 'plus/model.yaml': yaml }, { stage: 'test' });
    expect(functionOf(stack).Properties).toMatchObject({
      FunctionName: 'siskin-test-plus',
      Runtime: 'nodejs24.x',
      Architectures: ['x86_64'],
      Handler: 'index.handler',
      MemorySize: 2048,
      Timeout: 20,
      TracingConfig: { Mode: 'Active' },
    });
  });

  it('runs on arm64 when asked to, layer and function alike', () => {
    const stack = modelStack(oneModel, { architecture: 'arm64' });
    expect(functionOf(stack).Properties.Architectures).toEqual(['arm64']);
    const layer = resourceOf(stack, 'AWS::Lambda::LayerVersion');
    expect(layer.Properties.CompatibleArchitectures).toEqual(['arm64']);
  });

  it('has a layer version of its own', () => {
    const stack = plain;
    const layer = resourceOf(stack, 'AWS::Lambda::LayerVersion');
    expect(functionOf(stack).Properties.Layers).toEqual([{ Ref: layer.logicalId }]);
  });

  it('keeps its published versions after success and deletes the one whose update is rolled back', () => {
    expect(resourceOf(plain, 'AWS::Lambda::Version')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('has an alias whose logical id never changes: replacing it fails, and so does the rollback', () => {
    expect(resourceOf(plain, 'AWS::Lambda::Alias')).toMatchObject({
      logicalId: 'LiveAlias',
      Properties: { Name: 'live' },
    });
  });

  it('may write to its own log group and send traces, and nothing else', () => {
    const [policy] = resourcesOf(plain, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('Predict'),
    );
    const actions = policy?.Properties.PolicyDocument.Statement.flatMap(
      ({ Action }: { Action: string[] }) => Action,
    );
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('keeps logs for as long as the config says', () => {
    const groups = resourcesOf(
      modelStack(oneModel, { logRetentionDays: 7 }),
      'AWS::Logs::LogGroup',
    );
    expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual([7, 7]);
    const names = groups.map(({ Properties }) => Properties.LogGroupName);
    expect(names).toContain('/aws/lambda/siskin-dev-plus');
  });

  it('gives an inference one thread below two vCPUs', () => {
    const { SISKIN_INTRA_OP_THREADS } = functionOf(plain).Properties.Environment.Variables;
    expect(SISKIN_INTRA_OP_THREADS).toBe('1');
  });
});

describe('A new Lambda version is published', () => {
  const before = versionId(plain);

  it('for other weights', () => {
    expect(versionId(modelStack({ 'plus/1/model.onnx': 2 }))).not.toBe(before);
  });

  it('for one more version folder', () => {
    expect(versionId(modelStack({ ...oneModel, 'plus/2/model.onnx': 2 }))).not.toBe(before);
  });

  it('when live goes back to an older version', () => {
    const two = { ...oneModel, 'plus/2/model.onnx': 2 };
    const back = { ...two, 'plus/model.yaml': 'live: 1\n' };
    expect(versionId(modelStack(back))).not.toBe(versionId(modelStack(two)));
  });

  it('for other memory', () => {
    const more = { ...oneModel, 'plus/model.yaml': 'memory: 2048\n' };
    expect(versionId(modelStack(more))).not.toBe(before);
  });

  it('for another handler', () => {
    const app = inferenceApp(oneModel, {}, ({ functions, ...artifacts }) => ({
      ...artifacts,
      functions: new Map(
        [...functions].map(([name, bundle]) => [name, { ...bundle, digest: 'another' }]),
      ),
    }));
    expect(versionId(app.models[0] as Stack)).not.toBe(before);
  });

  it('and for nothing else: equal inputs give equal templates', () => {
    expect(versionId(modelStack())).toBe(before);
    const limits = { ...oneModel, 'plus/model.yaml': 'alarms: {minRequests: 50}\n' };
    expect(versionId(modelStack(limits))).toBe(before);
  });
});
