import { expect, it } from 'vitest';
import { settingsOf, settingsText } from '../../../cli/validation/settings.ts';
import type { Model } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { addConstant } from '../../fixtures/onnx-models.ts';

it('shows each value of the effective configuration with where it came from', () => {
  const folder = makeFolder({
    'm/1/model.onnx': addConstant(1),
    'm/2/model.onnx': addConstant(1),
    'm/model.yaml': 'owner: us\nalarms:\n  errorRate: 0.5\n',
  });
  const settings = settingsOf(readModelRepository(folder).models[0] as Model);
  const find = (field: string) => settings.find((setting) => setting.field === field);
  expect(find('live')).toMatchObject({ value: '2', origin: 'the numerically highest version' });
  expect(find('owner')).toMatchObject({ value: 'us', origin: 'model.yaml:1' });
  expect(find('alarms.errorRate')).toMatchObject({ value: 0.5, origin: 'model.yaml:3' });
  expect(find('alarms.minRequests')).toMatchObject({ value: 20, origin: 'default' });
  expect(settingsText(settings)).toMatch(/^alarms\.errorRate +0\.5 +model\.yaml:3$/m);
});

it('shows blocks that have no default field by field', () => {
  const folder = makeFolder({
    'm/1/model.onnx': addConstant(1),
    'm/model.yaml': 'traffic: {requestsPerMinute: 5}\nlatency:\n  p95Ms: 100',
  });
  const text = settingsText(settingsOf(readModelRepository(folder).models[0] as Model));
  expect(text).toMatch(/^traffic\.requestsPerMinute +5 +model\.yaml:1$/m);
  expect(text).toMatch(/^traffic\.payloadKB +8 +default$/m);
  expect(text).toMatch(/^latency\.p95Ms +100 +model\.yaml:3$/m);
});

it('leaves out what has no effect', () => {
  const folder = makeFolder({
    'm/1/model.onnx': addConstant(1),
    'm/model.yaml': 'rollout: {strategy: all-at-once, percent: 5}',
  });
  const fields = settingsOf(readModelRepository(folder).models[0] as Model).map((s) => s.field);
  expect(fields).toContain('rollout.strategy');
  expect(fields).not.toContain('rollout.percent');
});
