import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../lib/model-repository/problem.ts';
import { readModel } from '../../../lib/model-repository/read-model.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { identity } from '../../fixtures/onnx-models.ts';

const batched = identity('FP32', [-1, 4]);

const read = (yaml: string) => {
  const folder = makeFolder({
    'm/model.yaml': yaml,
    'm/1/model.onnx': batched,
    'm/2/model.onnx': batched,
  });
  return readModel('m', `${folder}/m`);
};

/** Problems of an endpoint on ml.g5.xlarge with these lines in its block, and these behind it. */
const endpoint = (block: readonly string[], more: readonly string[] = []): readonly Problem[] =>
  read(
    [
      'target: sagemaker',
      'sagemaker:',
      '  instance: ml.g5.xlarge',
      ...block.map((line) => `  ${line}`),
      ...more,
    ].join('\n'),
  ).problems;

describe('An endpoint that SageMaker would take', () => {
  it.each([
    [[], []],
    [['minInstances: 2', 'maxInstances: 4'], ['rollout: {strategy: canary, percent: 50}']],
    [['minInstances: 10'], ['rollout: {strategy: linear, percent: 10, minutes: 5}']],
    [['minInstances: 4'], ['rollout: {strategy: rolling, percent: 25}']],
    [['scaleToZero: true', 'maxInstances: 2'], ['rollout: {strategy: rolling}']],
    [['async: true', 'minInstances: 0'], []],
    [['shadowVersion: 1'], ['rollout: {strategy: shadow, percent: 100}']],
    [['minInstances: 3', 'offHours: {start: "20:00", end: "06:00"}'], []],
  ])('has no problem with %j and %j', (block, more) => {
    expect(endpoint(block, more)).toEqual([]);
  });
});

describe('What is refused, with its reason', () => {
  it.each<[string, readonly string[], readonly string[], string, RegExp]>([
    [
      'a canary of one instance',
      [],
      ['rollout: {strategy: canary}'],
      'rollout.strategy',
      /half of one is none/,
    ],
    [
      'linear steps of one instance',
      [],
      ['rollout: {strategy: linear}'],
      'rollout.strategy',
      /half of one/,
    ],
    [
      'a rolling update of one instance',
      [],
      ['rollout: {strategy: rolling}'],
      'rollout.strategy',
      /half of one/,
    ],
    [
      'a canary above half',
      ['minInstances: 2'],
      ['rollout: {strategy: canary, percent: 60}'],
      'rollout.percent',
      /1 to 50 %/,
    ],
    [
      'linear steps below a tenth',
      ['minInstances: 50'],
      ['rollout: {strategy: linear, percent: 5}'],
      'rollout.percent',
      /10 to 50 %/,
    ],
    [
      'rolling batches above half',
      ['minInstances: 2'],
      ['rollout: {strategy: rolling, percent: 70}'],
      'rollout.percent',
      /5 to 50 %/,
    ],
    [
      'a canary of less than an instance',
      ['minInstances: 2'],
      ['rollout: {strategy: canary, percent: 10}'],
      'rollout.percent',
      /less than one instance/,
    ],
    [
      'a wait of over an hour',
      [],
      ['rollout: {strategy: blue-green, minutes: 90}'],
      'rollout.minutes',
      /60 minutes/,
    ],
    [
      'a deployment of over eight hours',
      ['minInstances: 10'],
      ['rollout: {strategy: linear, percent: 10, minutes: 60}'],
      'rollout.minutes',
      /8 hours/,
    ],
    [
      'rolling with two variants',
      ['minInstances: 2', 'shadowVersion: 1'],
      ['rollout: {strategy: rolling}'],
      'rollout.strategy',
      /more than one variant/,
    ],
    [
      'a shadow beside async',
      ['async: true', 'shadowVersion: 1'],
      ['rollout: {strategy: shadow}'],
      'rollout.strategy',
      /no asynchronous request/,
    ],
    [
      'a shadow beside scaleToZero',
      ['scaleToZero: true', 'shadowVersion: 1'],
      ['rollout: {strategy: shadow}'],
      'rollout.strategy',
      /no shadow variants/,
    ],
    [
      'a shadow of nothing',
      [],
      ['rollout: {strategy: shadow}'],
      'rollout.strategy',
      /needs sagemaker.shadowVersion/,
    ],
    [
      'a shadow that is the live version',
      ['shadowVersion: 2'],
      ['rollout: {strategy: shadow}'],
      'sagemaker.shadowVersion',
      /same name/,
    ],
    [
      'a shadow without a folder',
      ['shadowVersion: 7'],
      ['rollout: {strategy: shadow}'],
      'sagemaker.shadowVersion',
      /no folder/,
    ],
    [
      'a shadow version that no strategy uses',
      ['shadowVersion: 1'],
      [],
      'sagemaker.shadowVersion',
      /no effect/,
    ],
    [
      'scaleToZero with a canary',
      ['scaleToZero: true'],
      ['rollout: {strategy: canary}'],
      'rollout.strategy',
      /inference components/,
    ],
    [
      'scaleToZero with linear steps',
      ['scaleToZero: true'],
      ['rollout: {strategy: linear}'],
      'rollout.strategy',
      /inference components/,
    ],
    [
      'scaleToZero with blue-green',
      ['scaleToZero: true'],
      ['rollout: {strategy: blue-green}'],
      'rollout.strategy',
      /inference components/,
    ],
    [
      'scaleToZero with async',
      ['scaleToZero: true', 'async: true'],
      [],
      'sagemaker.scaleToZero',
      /asynchronous/,
    ],
    [
      'scaleToZero with instances that stay',
      ['scaleToZero: true', 'minInstances: 1'],
      [],
      'sagemaker.minInstances',
      /contradicts/,
    ],
    [
      'scaleToZero with capture',
      ['scaleToZero: true', 'capturePercent: 5'],
      [],
      'sagemaker.capturePercent',
      /inference components/,
    ],
    [
      'no instance at all',
      ['minInstances: 0'],
      [],
      'sagemaker.minInstances',
      /inference components/,
    ],
    [
      'fewer instances at most than at least',
      ['minInstances: 3', 'maxInstances: 2'],
      [],
      'sagemaker.maxInstances',
      /less than/,
    ],
    ['an image of nobody', ['engine: image'], [], 'sagemaker.engine', /needs sagemaker.image/],
    [
      'our server on a GPU',
      ['engine: model-server', 'image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/server:1'],
      [],
      'sagemaker.engine',
      /CPU/,
    ],
    [
      'an image beside Triton',
      ['image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/server:1'],
      [],
      'sagemaker.image',
      /no effect/,
    ],
    [
      'batches larger than the largest',
      ['maxBatch: 4', 'preferredBatches: [2, 8]'],
      [],
      'sagemaker.preferredBatches',
      /above maxBatch/,
    ],
    ['half of a VPC', ['subnets: [subnet-0123abcd]'], [], 'sagemaker.subnets', /half of a VPC/],
    [
      'off hours that save nothing',
      ['offHours: {start: "20:00", end: "06:00"}'],
      [],
      'sagemaker.offHours',
      /saves nothing/,
    ],
    [
      'off hours without length',
      ['minInstances: 2', 'offHours: {start: "20:00", end: "20:00"}'],
      [],
      'sagemaker.offHours',
      /same time/,
    ],
    [
      'off hours without an instance',
      ['minInstances: 2', 'offHours: {start: "20:00", end: "06:00", instances: 0}'],
      [],
      'sagemaker.offHours.instances',
      /inference components/,
    ],
  ])('%s', (_case, block, more, field, problem) => {
    const problems = endpoint(block, more);
    expect(problems).toMatchObject([{ field, problem: expect.stringMatching(problem) }]);
    expect(problems[0]?.line).toBeGreaterThan(0);
    expect(problems[0]?.fix).not.toBe('');
  });

  it('an instance type that the price file does not have, with the nearest that it has', () => {
    expect(read('target: sagemaker\nsagemaker: {instance: ml.g5.xlagre}\n').problems).toMatchObject(
      [
        {
          field: 'sagemaker.instance',
          seen: 'ml.g5.xlagre',
          fix: expect.stringContaining('ml.g5.xlarge'),
        },
      ],
    );
  });

  it('a GPU asked of an instance that has none', () => {
    const yaml =
      'target: sagemaker\nsagemaker: {instance: ml.m5.large, instanceGroups: [{kind: gpu}]}\n';
    expect(read(yaml).problems).toMatchObject([{ field: 'sagemaker.instanceGroups' }]);
  });

  it('an endpoint without an instance type, and a block that Lambda ignores', () => {
    expect(read('target: sagemaker\n').problems).toMatchObject([{ field: 'sagemaker.instance' }]);
    expect(read('sagemaker: {instance: ml.g5.xlarge}\n').problems).toMatchObject([
      { field: 'sagemaker', line: 1, problem: expect.stringContaining('no effect') },
    ]);
  });

  it('the strategies of endpoints for a model on Lambda', () => {
    for (const strategy of ['blue-green', 'rolling', 'shadow']) {
      expect(read(`rollout: {strategy: ${strategy}}\n`).problems).toMatchObject([
        { field: 'rollout.strategy', seen: strategy },
      ]);
    }
  });

  it('all of it at once, in the order of the lines', () => {
    const problems = endpoint(
      ['minInstances: 3', 'maxInstances: 1', 'preferredBatches: [9]', 'maxBatch: 8'],
      ['rollout: {strategy: canary, percent: 80}'],
    );
    expect(problems.map(({ line, field }) => [line, field])).toEqual([
      [5, 'sagemaker.maxInstances'],
      [6, 'sagemaker.preferredBatches'],
      [8, 'rollout.percent'],
    ]);
  });
});

describe('The endpoint that a model gets by default', () => {
  const config = (yaml: string) => {
    const { model, problems } = read(yaml);
    expect(problems).toEqual([]);
    return model?.config;
  };

  it('is one instance, released blue-green, with a front that follows at once', () => {
    expect(config('target: sagemaker\nsagemaker: {instance: ml.g5.xlarge}\n')).toMatchObject({
      target: 'sagemaker',
      rollout: { strategy: 'all-at-once' },
      sagemaker: {
        engine: 'triton',
        minInstances: 1,
        maxInstances: 1,
        capturePercent: 0,
        rollout: { strategy: 'blue-green', minutes: 10 },
      },
    });
  });

  it('is a canary of one instance where there are several', () => {
    const yaml = 'target: sagemaker\nsagemaker: {instance: ml.g5.xlarge, minInstances: 3}\n';
    expect(config(yaml)?.sagemaker?.rollout).toEqual({
      strategy: 'canary',
      percent: 34,
      minutes: 10,
    });
  });

  it('rolls with scaleToZero, and keeps everything that a shadow answers', () => {
    const zero = 'target: sagemaker\nsagemaker: {instance: ml.g5.xlarge, scaleToZero: true}\n';
    expect(config(zero)?.sagemaker).toMatchObject({
      minInstances: 0,
      maxInstances: 1,
      rollout: { strategy: 'rolling' },
    });
    const shadow =
      'target: sagemaker\nsagemaker: {instance: ml.g5.xlarge, shadowVersion: 1}\nrollout: {strategy: shadow}\n';
    expect(config(shadow)?.sagemaker).toMatchObject({ capturePercent: 100, shadowVersion: '1' });
  });
});
