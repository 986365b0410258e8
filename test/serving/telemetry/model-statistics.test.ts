import { describe, expect, it } from 'vitest';
import { ModelStatistics } from '../../../serving/telemetry/model-statistics.ts';

describe('The statistics of a model', () => {
  it('add up per version, items of a batch apart from runs', () => {
    const statistics = new ModelStatistics('m');
    const sample = { decode: 1, inference: 2, encode: 0.5, total: 4 };
    statistics.succeeded('1', { ...sample, batchSize: 3, at: 100 });
    statistics.succeeded('1', { ...sample, batchSize: 2, at: 200 });
    statistics.failed('1', 7);
    expect(statistics.report('1')).toMatchObject({
      name: 'm',
      version: '1',
      last_inference: 200,
      inference_count: 5,
      execution_count: 2,
      inference_stats: {
        success: { count: 2, ns: 8_000_000 },
        fail: { count: 1, ns: 7_000_000 },
        queue: { count: 0, ns: 0 },
        compute_input: { count: 2, ns: 2_000_000 },
        compute_infer: { count: 2, ns: 4_000_000 },
        compute_output: { count: 2, ns: 1_000_000 },
      },
    });
    expect(statistics.report('2')).toMatchObject({ version: '2', execution_count: 0 });
  });
});
