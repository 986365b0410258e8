import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../functions/model-server/configuration.ts';
import { readModelConfig } from '../../../serving/triton/model-config.ts';

const read = (text: string) => readConfiguration(readModelConfig(text));

describe('What the server does of a configuration', () => {
  it('is dynamic batching, with its sizes, its delay and its queue', () => {
    const text = `max_batch_size: 8 dynamic_batching {
      preferred_batch_size: [2, 4] max_queue_delay_microseconds: 1500
      default_queue_policy { max_queue_size: 9 } }`;
    expect(read(text)).toEqual({
      maxBatchSize: 8,
      batching: { maxRows: 8, preferred: [2, 4], delayMillis: 1.5 },
      queueSize: 9,
      threads: undefined,
    });
    expect(read('max_batch_size: 8 dynamic_batching { }').batching?.preferred).toEqual([8]);
  });

  it('is no batching without a batch dimension, or without being asked for it', () => {
    expect(read('dynamic_batching { }').batching).toBeUndefined();
    expect(read('max_batch_size: 8').batching).toBeUndefined();
  });

  it('is the number of threads that the backend option asks for', () => {
    const option = (value: string) =>
      `parameters { key: "intra_op_thread_count" value { string_value: "${value}" } }`;
    expect(read(option('3')).threads).toBe(3);
    expect(read(option('0')).threads).toBeUndefined();
    expect(() => read(option('many'))).toThrow('"many"');
  });

  it('passes over what says how fast or where', () => {
    const text =
      'backend: "onnxruntime" instance_group [ { kind: KIND_GPU count: 2 } ] optimization { graph { level: 1 } }';
    expect(read(text).maxBatchSize).toBe(0);
  });

  it.each([
    ['backend: "python"', 'the backend is "python"'],
    ['platform: "tensorrt_plan"', 'the platform is "tensorrt_plan"'],
    ['sequence_batching { }', 'sequence_batching'],
    ['ensemble_scheduling { }', 'ensemble_scheduling'],
    ['model_transaction_policy { decoupled: true }', 'decoupled'],
    ['input { name: "x" reshape { shape: 1 } }', 'reshape of "x"'],
    ['max_batch_size: -1', 'max_batch_size'],
    ['max_batch_size: 4 dynamic_batching { preferred_batch_size: 8 }', '8, but must be from 1'],
  ])('refuses %s, which would change answers', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  it('names everything that it refuses at once', () => {
    expect(() => read('backend: "python" sequence_batching { }')).toThrow(/python.*sequence/);
  });
});
