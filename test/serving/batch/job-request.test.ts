import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchFailure } from '../../../serving/batch/batch-failure.ts';
import { parseJobRequest } from '../../../serving/batch/job-request.ts';
import { manifest, request } from './batch-job.ts';

const parse = (given: unknown) =>
  parseJobRequest(given, manifest, { maxWorkers: 4, errorLimit: 7 });

describe('A request', () => {
  it('is filled up with the defaults of the model', () => {
    expect(parse(request)).toEqual({
      input: { bucket: 'data', key: 'in/' },
      output: { bucket: 'data', key: 'out/' },
      version: '1',
      errorLimit: 7,
      shardBytes: 64 * 1024 * 1024,
      partRows: 8192,
      onlyNew: false,
      backtest: undefined,
    });
  });

  it('is refused with everything that is wrong with its form', () => {
    const given = { input: 'in', output: 's3://data/out', shardBytes: 0, format: 'xml', typo: 1 };
    expect(() => parse(given)).toThrow(
      /input: "in" is not of the form.*output: .*must end with "\/".*format: .*shardBytes: .*typo/,
    );
  });

  it('is refused with everything that the model lacks', () => {
    const backtest = { challenger: '9', label: 'y', prediction: 'z' };
    expect(() => parse({ ...request, version: '8', backtest })).toThrow(
      'model "doubler" has no version "8", only "1", "2"; backtest.challenger: model "doubler" has no version "9"',
    );
    expect(() =>
      parse({ ...request, backtest: { challenger: '1', label: 'y', prediction: 'z' } }),
    ).toThrow(
      /as the champion is; backtest.prediction: version 1 has no output "z", only "twice", "class"/,
    );
  });

  it('is refused when its two versions predict different kinds of things', () => {
    const [first, second] = manifest.versions;
    const scores = { name: 'class', datatype: 'FP32', shape: [-1] } as const;
    const other = { ...second, outputs: [scores] } as NonNullable<typeof second>;
    const mixed = { ...manifest, versions: [first as NonNullable<typeof first>, other] };
    const backtest = { challenger: '2', label: 'y', prediction: 'class' };
    const given = () =>
      parseJobRequest({ ...request, backtest }, mixed, { maxWorkers: 4, errorLimit: 7 });
    expect(given).toThrow('"class" is a class in version 1, but a number in version 2');
  });

  it('is refused when it names columns for inputs that the model lacks, or too many', () => {
    const columns = { y: 'a', x: ['b', 'c'] };
    expect(() => parse({ ...request, columns })).toThrow(
      'columns names "y", but the model has only the inputs "x"; columns gives 2 columns to "x", whose rows have 1 elements',
    );
    expect(() => parse({ ...request, columns: { x: ['b'] } })).not.toThrow();
  });

  it('is refused when results would be read as input', () => {
    const nested = { input: 's3://data/in/', output: 's3://data/in/out/' };
    expect(() => parse(nested)).toThrow('lies inside the input');
    expect(() => parse({ ...nested, output: 's3://other/in/out/' })).not.toThrow();
    expect(() => parse({ input: 's3://data/in/a.csv', output: 's3://data/in/out/' })).not.toThrow();
  });

  it('never fails with anything but a refusal', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        try {
          parse(given);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchFailure);
        }
      }),
    );
  });
});
