import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { loadContext } from '../../../../lib/config/load-context.ts';
import { InferenceApp } from '../../../../lib/inference-app.ts';
import { readModelRepository } from '../../../../lib/model-repository/read-model-repository.ts';
import { fakeArtifacts, testConfig, writeRepository } from '../../../fixtures/inference-app.ts';
import { resourcesOf } from '../../../fixtures/template.ts';

/** An app whose model has two versions, the first of them said to be larger than a package may be. */
function appWithLargeVersion(): InferenceApp {
  const repository = readModelRepository(
    writeRepository({ 'plus/1/model.onnx': 1, 'plus/2/model.onnx': 2 }),
  );
  const artifacts = fakeArtifacts(repository.models);
  const [first, second] = artifacts.versions.get('plus') ?? [];
  if (!first || !second) throw new Error('no versions');
  return new InferenceApp({
    config: testConfig(),
    repository,
    artifacts: {
      ...artifacts,
      versions: new Map([['plus', [{ ...first, bytes: 300e6 }, second]]]),
    },
    context: loadContext(),
    autoSynth: false,
  });
}

describe('A version that does not fit the package', () => {
  const app = appWithLargeVersion();
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
