import { describe, expect, it } from 'vitest';
import { lines, predictions, range, request, wholeJob } from './batch-job.ts';

describe('A batch job', () => {
  it('answers every row of every object, in order', async () => {
    const { store, result } = await wholeJob({ ...request, partRows: 8 }, (input) => {
      input.put('s3://data/in/a.jsonl', lines(range(0, 20)));
      input.put('s3://data/in/deep/b.jsonl', lines(range(20, 25)));
    });
    expect(predictions(store, 'a.jsonl')).toBe('');
    expect(result).toMatchObject({ rows: 25, errors: 0 });
  });
});
