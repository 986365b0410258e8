import { describe, expect, it } from 'vitest';
import { batchRequest } from '../../../cli/batch/batch-request.ts';
import type { BatchRunOptions } from '../../../cli/batch.ts';

const places = { input: 's3://b/in.jsonl', output: 's3://b/out/' };
const plain = { column: [], slice: [] } as unknown as BatchRunOptions;

describe('batchRequest', () => {
  it('says nothing that the user did not: the planner knows the defaults', () => {
    expect(batchRequest(plain, places)).toEqual(places);
  });

  it('takes columns by their input, several of them in their order', () => {
    const column = ['features=a,b,c', 'text=subject'];
    expect(batchRequest({ ...plain, column }, places).columns).toEqual({
      features: ['a', 'b', 'c'],
      text: 'subject',
    });
  });

  it('makes a backtest of a challenger and a label', () => {
    const options = { ...plain, version: '1', challenger: '2', label: 'digit', slice: ['writer'] };
    expect(batchRequest(options, places)).toEqual({
      ...places,
      version: '1',
      backtest: { challenger: '2', label: 'digit', slices: ['writer'] },
    });
  });

  it('names everything that does not go together, at once', () => {
    const options = { ...plain, label: 'digit', slice: ['writer'], column: ['nothing'] };
    expect(() => batchRequest(options, places)).toThrow(
      [
        '--label means nothing without --challenger',
        '--slice means nothing without --challenger',
        '--column nothing is not of the form input=column',
      ].join('\n'),
    );
    expect(() => batchRequest({ ...plain, challenger: '2' }, places)).toThrow(
      '--challenger needs --label',
    );
  });
});
