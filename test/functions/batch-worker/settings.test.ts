import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../functions/batch-worker/settings.ts';

const env = {
  SISKIN_BATCH_PLAN: 's3://data/out/_siskin/plan.json',
  SISKIN_BATCH_ONNXRUNTIME: 's3://assets/o.zip',
  SISKIN_BATCH_MODEL: 's3://assets/m.zip',
  SISKIN_BATCH_WORKERS: '8',
};

describe("A worker's settings", () => {
  it('come from the job definition and from AWS Batch', () => {
    const price = { perVcpuHour: 0.0137, currency: 'USD', date: '2026-11-22' };
    expect(
      readSettings({
        ...env,
        SISKIN_BATCH_CAPACITY: 'spot',
        SISKIN_BATCH_VCPUS: '2',
        SISKIN_BATCH_PRICE: JSON.stringify(price),
        SISKIN_INTRA_OP_THREADS: '2',
        AWS_BATCH_JOB_ARRAY_INDEX: '5',
        AWS_BATCH_JOB_ATTEMPT: '3',
        AWS_BATCH_JOB_ID: '6c5f-11:5',
      }),
    ).toMatchObject({
      index: 5,
      count: 8,
      threads: 2,
      attemptName: '00005-6c5f-11-5-3',
      attempt: { worker: 5, task: '6c5f-11-5', attempt: 3, capacity: 'spot', vcpus: 2, price },
    });
  });

  it('say which variable is missing', () => {
    expect(() => readSettings({ ...env, SISKIN_BATCH_MODEL: undefined })).toThrow(
      'SISKIN_BATCH_MODEL is not set',
    );
  });
});
