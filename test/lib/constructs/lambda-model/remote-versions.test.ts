import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { inferenceApp, withLargeFirstVersion } from '../../../fixtures/inference-app.ts';
import { resourcesOf } from '../../../fixtures/template.ts';

const twoVersions = { 'plus/1/model.onnx': 1, 'plus/2/model.onnx': 2 };

describe('A version that does not fit the package', () => {
  const app = inferenceApp(twoVersions, {}, withLargeFirstVersion('plus'));
  const stack = app.models[0] as Stack;
  const [fn] = resourcesOf(stack, 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.FunctionName,
  );
  const asset = `asset.${fn?.Properties.Code.S3Key.replace('.zip', '')}`;
  const manifest = JSON.parse(
    readFileSync(join(app.synth().directory, asset, 'manifest.json'), 'utf8'),
  );

  it('is an asset in S3, named by the manifest of the package', () => {
    expect(manifest.versions).toMatchObject([
      { version: '1', source: { kind: 's3', bytes: 300e6, key: expect.stringMatching(/\.onnx$/) } },
      { version: '2', source: { kind: 'package', path: 'versions/2/model.onnx' } },
    ]);
  });

  it('is read from the bucket that the function is told', () => {
    expect(fn?.Properties.Environment.Variables.SISKIN_MODEL_BUCKET).toEqual({
      'Fn::Sub': expect.stringContaining('assets'),
    });
  });

  it('gets room in /tmp', () => {
    expect(fn?.Properties.EphemeralStorage.Size).toBe(512);
  });

  it('may be read by the function, and so may those of the Lambda version before', () => {
    const statements = resourcesOf(stack, 'AWS::IAM::Policy').flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const read = statements.filter(({ Action }) => Action === 's3:GetObject');
    expect(JSON.stringify(read)).toContain('/*.onnx');
  });
});
