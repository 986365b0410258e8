import { describe, expect, it } from 'vitest';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import { createLineWriter } from '../../../serving/telemetry/log-line.ts';
import type { Trace } from '../../../serving/telemetry/trace.ts';

const line = createLineWriter({ stage: 'dev', model: 'spam', functionVersion: '7' });
const trace: Trace = {
  requestId: 'r-1',
  start: 0,
  isInference: true,
  coldStart: false,
  status: 200,
  operation: 'modelInfer',
  version: '2',
  batchSize: 3,
  decodeMs: 0.12345,
  inferenceMs: 1,
  encodeMs: 0.5,
};
const write = (changes: Partial<Trace> = {}) =>
  JSON.parse(line({ ...trace, ...changes }, 2.5, 1000));

describe('The line of a request', () => {
  it('is its log and its metrics in one, as EMF wants it', () => {
    expect(write()).toEqual({
      _aws: {
        Timestamp: 1000,
        CloudWatchMetrics: [
          {
            Namespace: 'Siskin',
            Dimensions: [['Model'], ['Model', 'FunctionVersion']],
            Metrics: [
              { Name: 'Requests', Unit: 'Count' },
              { Name: 'ModelErrors', Unit: 'Count' },
              { Name: 'ServerErrors', Unit: 'Count' },
              { Name: 'Latency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      Model: 'spam',
      FunctionVersion: '7',
      Requests: 1,
      ModelErrors: 0,
      ServerErrors: 0,
      Latency: 2.5,
      stage: 'dev',
      level: 'INFO',
      requestId: 'r-1',
      status: 200,
      coldStart: false,
      operation: 'modelInfer',
      version: '2',
      batchSize: 3,
      decodeMs: 0.123,
      inferenceMs: 1,
      encodeMs: 0.5,
      totalMs: 2.5,
    });
  });

  it('leaves the latency of a cold start out of the metrics and in the log', () => {
    const cold = write({ coldStart: true });
    expect(cold._aws.CloudWatchMetrics[0].Metrics).not.toContainEqual(
      expect.objectContaining({ Name: 'Latency' }),
    );
    expect(cold).toMatchObject({ coldStart: true, totalMs: 2.5 });
    expect(cold).not.toHaveProperty('Latency');
  });

  it.each([
    ['model_error', 500, { ModelErrors: 1, ServerErrors: 0 }],
    ['internal', 500, { ModelErrors: 0, ServerErrors: 1 }],
    ['model_not_ready', 503, { ModelErrors: 0, ServerErrors: 1 }],
    ['deadline_exceeded', 504, { ModelErrors: 0, ServerErrors: 1 }],
    ['not_offered', 501, { ModelErrors: 0, ServerErrors: 0 }],
    ['bad_tensor', 400, { ModelErrors: 0, ServerErrors: 0 }],
  ] as const)('counts %s where it belongs', (errorCode, status, counts) => {
    const error = new SiskinError(errorCode, 'what happened');
    const fields = { errorCode, error: 'what happened', Requests: 1, ...counts };
    expect(write({ errorCode, status, error })).toMatchObject(fields);
  });

  it('has the stack and the cause of failures that are not the caller', () => {
    const error = new SiskinError('internal', 'broken', { cause: new Error('the disk') });
    const { stack } = write({ errorCode: 'internal', status: 500, error });
    expect(stack).toMatch(/broken[\s\S]*caused by Error: the disk/);
    expect(write({ errorCode: 'bad_body', status: 400, error })).not.toHaveProperty('stack');
  });

  it('is no metric for what is no inference', () => {
    const other = write({ isInference: false, operation: 'modelMetadata' });
    expect(other).not.toHaveProperty('_aws');
    expect(other).toMatchObject({ timestamp: 1000, Model: 'spam', operation: 'modelMetadata' });
  });

  it('stays one line whatever the caller sends', () => {
    const { operation: _, ...unrouted } = trace;
    const text = line({ ...unrouted, method: 'GET', path: '/"\n\u2028', requestId: '"}' }, 1, 1);
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toMatchObject({ path: '/"\n\u2028', requestId: '"}' });
  });
});
