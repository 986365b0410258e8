import { describe, expect, it } from 'vitest';
import { effectiveBatch, scheduleProblem } from '../../../lib/model-repository/batch-config.ts';
import { parseModelYaml } from '../../../lib/model-repository/model-yaml.ts';

const batch = (text: string) => parseModelYaml(`batch: {${text}}\n`, 'm/model.yaml');

describe('The block batch: of model.yaml', () => {
  it('is absent unless it is written, and complete when it is empty', () => {
    expect(parseModelYaml('', 'm/model.yaml').values.batch).toBeUndefined();
    const { values, problems } = batch('');
    expect(problems).toEqual([]);
    expect(values.batch && effectiveBatch(values.batch)).toEqual({
      compute: 'ec2-spot',
      vcpus: 1,
      instances: 1,
      memory: 1792,
      workers: 16,
      onDemandAfter: 3,
      errorLimit: 100,
      timeout: 720,
      output: 'out/',
    });
  });

  it.each([
    ['compute: fargate-spot', 2048],
    ['compute: fargate-spot, vcpus: 4', 8192],
    ['vcpus: 4', 7168],
    ['vcpus: 4, memory: 30000', 30_000],
  ])('gives a worker with {%s} %i MiB', (text, memory) => {
    const { values, problems } = batch(text);
    expect(problems).toEqual([]);
    expect(values.batch && effectiveBatch(values.batch).memory).toBe(memory);
  });

  it.each([
    ['compute: fargate-spot, families: [c7i, m7i]', 'batch.families', 'no instances'],
    ['families: [c7i]', 'batch.families', 'two families'],
    ['vcpus: 0.5', 'batch.vcpus', 'whole number with ec2-spot'],
    ['compute: fargate-spot, vcpus: 3', 'batch.vcpus', '0.25, 0.5, 1, 2, 4, 8, 16'],
    ['compute: fargate-spot, vcpus: 2, memory: 2048', 'batch.memory', '4096 to 16384'],
    ['compute: fargate-spot, vcpus: 0.25, memory: 1536', 'batch.memory', '512 to 2048'],
    ['workers: 1', 'batch.workers', 'from 2 to 10000'],
    ['schedule: rate(1 day)', 'batch.schedule', 'needs `input`'],
    ['input: in', 'batch.input', 'ending with /'],
    ['input: /in/', 'batch.input', 'not beginning with /'],
    ['input: files/, output: files/done/', 'batch.output', 'would start the next one'],
    ['input: files/new/, output: files/', 'batch.output', 'would start the next one'],
    ['input: jobs/', 'batch.input', 'jobs/ or marks/'],
    ['buckets: [UPPER]', 'batch.buckets.0', 'name of a bucket'],
  ])('refuses {%s} at %s', (text, field, reason) => {
    expect(batch(text).problems).toMatchObject([
      { field, line: 1, problem: expect.stringContaining(reason) },
    ]);
  });

  it.each([
    'rate(1 day)',
    'rate(5 minutes)',
    'cron(0 3 * * ? *)',
    'cron(0/15 8-17 ? * MON-FRI *)',
    'cron(0 8 1W * ? *)',
    'cron(0 18 ? * 6L 2026-2030)',
    'cron(15 10 ? * 2#3 *)',
  ])('takes %s for a schedule', (schedule) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
  });

  it.each([
    ['daily', 'rate(<n>'],
    ['rate(0 days)', 'above 0'],
    ['rate(1 days)', 'rate(1 day)'],
    ['rate(5 minute)', 'larger number of minutes'],
    ['cron(0 3 * * *)', 'cron(<minute>'],
    ['cron(0 3 * * * *)', 'must have ?'],
    ['cron(0 3 ? * ? *)', 'must have ?'],
    ['cron(61 3 * * ? *)', 'Invalid value for minute'],
    ['cron(0 3 ? * 0 *)', 'no cron expression'],
    ['cron(0 3 * FEBX ? *)', 'no cron expression'],
  ])('refuses %s as a schedule', (schedule, reason) => {
    expect(scheduleProblem(schedule)).toContain(reason);
  });
});
