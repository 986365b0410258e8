import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoredTypes } from '../../local/assembly/ignored-types.ts';
import { checkResourceTypes } from '../../local/assembly/resource-types.ts';
import { parseTemplate } from '../../local/assembly/template.ts';
import { inferenceApp, oneModel, withLargeFirstVersion } from '../fixtures/inference-app.ts';
import { startTestCloud, type TestCloud } from '../fixtures/local-cloud.ts';
import { endpointFiles } from '../lib/constructs/sagemaker-model/endpoint-stack.ts';

const twoVersions = { 'plus/1/model.onnx': 1, 'plus/2/model.onnx': 2 };

const apps = {
  'one model': () => inferenceApp(oneModel),
  'callers with IAM': () => inferenceApp(oneModel, { auth: 'iam' }),
  'a version outside the package': () =>
    inferenceApp(twoVersions, {}, withLargeFirstVersion('plus')),
  'provisioned concurrency': () =>
    inferenceApp({
      ...oneModel,
      'plus/model.yaml': 'provisionedConcurrency: 1\nrollout: {strategy: all-at-once}\n',
    }),
  'an endpoint that scales': () =>
    inferenceApp(
      endpointFiles(
        ['minInstances: 2', 'maxInstances: 4', 'offHours: {start: "20:00", end: "06:00"}'],
        ['rollout: {strategy: canary}'],
      ),
    ),
  'an endpoint that scales to zero': () => inferenceApp(endpointFiles(['scaleToZero: true'])),
  'an asynchronous endpoint': () => inferenceApp(endpointFiles(['async: true', 'minInstances: 0'])),
  'an endpoint with a shadow': () =>
    inferenceApp(endpointFiles(['shadowVersion: 1'], ['rollout: {strategy: shadow}'])),
  'batch jobs of an endpoint': () =>
    inferenceApp(endpointFiles([], ['batch: {input: in/, schedule: rate(1 day)}'])),
  'the emergency rollout and a quota': () =>
    inferenceApp(oneModel, { rollout: 'all-at-once', apiQuota: '1000' }),
  'batch jobs on instances and on Fargate': () =>
    inferenceApp({
      ...oneModel,
      'plus/model.yaml': 'batch: {input: in/}\n',
      'more/1/model.onnx': 2,
      'more/model.yaml': 'batch: {compute: fargate-spot, input: in/, schedule: rate(1 day)}\n',
    }),
};

describe('Every resource type that is synthesized', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  afterAll(async () => {
    await cloud?.stop();
  });

  it.each(Object.entries(apps))('is known to the local cloud: %s', (_name, app) => {
    for (const { template } of app().synth().stacks) {
      checkResourceTypes(cloud.host, parseTemplate(JSON.stringify(template)));
    }
  });

  it('is ignored only for a reason that is written down', () => {
    for (const reason of Object.values(ignoredTypes)) expect(reason.length).toBeGreaterThan(10);
  });
});
