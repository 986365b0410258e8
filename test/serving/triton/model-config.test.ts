import { create, equals } from '@bufbuild/protobuf';
import { toText } from '@bufbuild/protobuf/txtpb';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelConfigSchema } from '../../../serving/triton/generated/model_config_pb.ts';
import {
  DataType,
  ModelConfigError,
  readModelConfig,
} from '../../../serving/triton/model-config.ts';

function errorOf(text: string): ModelConfigError {
  try {
    readModelConfig(text);
  } catch (error) {
    if (error instanceof ModelConfigError) return error;
    throw error;
  }
  throw new Error(`was read: ${text}`);
}

const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const tensor = fc.record({
  name,
  dataType: fc.constantFrom(DataType.TYPE_FP32, DataType.TYPE_STRING, DataType.TYPE_BF16),
  dims: fc.array(fc.bigInt({ min: -1n, max: 2n ** 62n }), { maxLength: 4 }),
});
const config = fc.record({
  name,
  maxBatchSize: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  input: fc.array(tensor, { maxLength: 3 }),
  output: fc.array(tensor, { maxLength: 3 }),
  schedulingChoice: fc.record({
    case: fc.constant('dynamicBatching' as const),
    value: fc.record({
      preferredBatchSize: fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 3 }),
      maxQueueDelayMicroseconds: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    }),
  }),
});

describe("Triton's model configuration", () => {
  it('is read in every way that protobuf text may be written', () => {
    const read = readModelConfig(`
      # braces and angles, with and without colons
      name: "te" 'xt\\x21\\n'  platform: "onnxruntime_onnx"; max_batch_size: 0x10
      input [ { name: "a" data_type: TYPE_FP32 dims: [ -1, 4 ] },
              < name: "b", data_type: 13, dims: 1, dims: 2 > ]
      output: { name: "y" data_type: TYPE_INT64 }
      dynamic_batching { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 100 }
      parameters { key: "k" value { string_value: "v" } }
    `);
    expect(read).toMatchObject({ name: 'text!\n', maxBatchSize: 16 });
    expect(read.input.map(({ dims }) => dims)).toEqual([
      [-1n, 4n],
      [1n, 2n],
    ]);
    expect(read.input[1]?.dataType).toBe(DataType.TYPE_STRING);
    expect(read.schedulingChoice.value).toMatchObject({ preferredBatchSize: [4, 8] });
    expect(read.parameters.k?.stringValue).toBe('v');
  });

  it('comes back from its text as it was, whatever it holds', () => {
    fc.assert(
      fc.property(config, (fields) => {
        const message = create(ModelConfigSchema, fields);
        const read = readModelConfig(toText(ModelConfigSchema, message));
        expect(equals(ModelConfigSchema, read, message)).toBe(true);
      }),
    );
  });

  it.each([
    ['name: "a"\nmax_batch_sise: 3', 2, 1, 'unknown field "max_batch_sise"'],
    ['input {\n  name: "x"\n  dimensions: 1\n}', 3, 3, 'unknown field "dimensions"'],
    ['name: 3', 1, 7, 'expected a string'],
    ['name: "a" max_batch_size: "4"', 1, 27, 'expected an integer'],
    ['max_batch_size: 1.5', 1, 17, 'expected an integer, got "1.5"'],
    ['max_batch_size: 99999999999', 1, 17, 'out of range'],
    ['input [ { data_type: TYPE_FP33 } ]', 1, 22, 'unknown enum value "TYPE_FP33"'],
    ['input { dims: 1 }\n# "dims" 2\ninput { dims 3 }', 3, 14, 'expected ":"'],
    ['name: "a"\nname: "b"', 2, 1, 'is repeated'],
    ['name: "abc" platform: "onnx\nmax_batch_size: 2', 1, 23, 'in string'],
    ['input {\n  name: "x"\n', 3, 1, 'unexpected end of input'],
    ['name: "x"\n\n}', 3, 1, 'expected a field name'],
  ])('says where %j is wrong', (text, line, column, problem) => {
    expect(errorOf(text)).toMatchObject({ line, column });
    expect(errorOf(text).message).toContain(`line ${line}, column ${column}: `);
    expect(errorOf(text).problem).toContain(problem);
  });

  it('points at a stray field wherever it stands', () => {
    fc.assert(
      fc.property(config, fc.nat(), (fields, at) => {
        const lines = toText(ModelConfigSchema, create(ModelConfigSchema, fields)).split('\n');
        const line = at % lines.length;
        const text = lines.toSpliced(line, 0, 'stray_field: 1').join('\n');
        const error = errorOf(text);
        expect([error.line, error.column]).toEqual([line + 1, 1]);
      }),
      { numRuns: 30 },
    );
  });

  it('fails on any text with its own error only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]<>:,;"\'#-1.a_\n \\') }), (text) => {
        try {
          readModelConfig(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelConfigError);
        }
      }),
    );
  });
});
