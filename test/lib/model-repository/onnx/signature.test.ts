import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findExternalFiles } from '../../../../lib/model-repository/onnx/external-data.ts';
import { decodeOnnx, OnnxFormatError } from '../../../../lib/model-repository/onnx/onnx-model.ts';
import { readSignature } from '../../../../lib/model-repository/onnx/signature.ts';
import { datatypes } from '../../../../serving/contract/datatype.ts';
import { buildOnnx, type OnnxModel } from '../../../fixtures/onnx-builder.ts';
import { identity, optionalScale } from '../../../fixtures/onnx-models.ts';

const signatureOf = (bytes: Uint8Array) => readSignature(decodeOnnx(bytes));

const copy = (model: Partial<OnnxModel>) =>
  buildOnnx({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [2] }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
    ...model,
  });

describe('The signature of an ONNX model', () => {
  it.each(datatypes)('knows %s', (datatype) => {
    const { inputs, outputs, faults } = signatureOf(identity(datatype, [-1, 3]));
    expect(inputs).toEqual([{ name: 'x', datatype, shape: [-1, 3] }]);
    expect(outputs).toEqual([{ name: 'y', datatype, shape: [-1, 3] }]);
    expect(faults).toEqual([]);
  });

  it('writes named and unnamed free dimensions as -1, and a scalar as []', () => {
    const shapes = [['batch', 3], [-1], [0, 5], []];
    for (const shape of shapes) {
      const { inputs } = signatureOf(copy({ inputs: [{ name: 'x', datatype: 'FP32', shape }] }));
      expect(inputs[0]?.shape).toEqual(shape.map((size) => (size === 'batch' ? -1 : size)));
    }
  });

  it('refuses an input of unknown rank and takes such an output', () => {
    const inputs = [{ name: 'x', datatype: 'FP32' as const }];
    expect(signatureOf(copy({ inputs })).faults).toMatchObject([{ field: 'input x' }]);
    const outputs = [{ name: 'y', datatype: 'FP32' as const }];
    expect(signatureOf(copy({ outputs })).outputs).toMatchObject([{ shape: [-1] }]);
  });

  it('leaves out weights, and inputs whose default no caller can override', () => {
    const { inputs, fixedInputs } = signatureOf(optionalScale());
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(fixedInputs).toEqual(['scale']);
  });

  it('takes initializers among the inputs of an old model for what they are: weights', () => {
    const w = { name: 'w', datatype: 'FP32' as const, shape: [2] };
    const old = copy({
      irVersion: 3,
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2] }, w],
      initializers: [{ ...w, data: new Float32Array(2) }],
    });
    expect(signatureOf(old)).toMatchObject({ inputs: [{ name: 'x' }], fixedInputs: [] });
  });

  it('refuses outputs that are no tensors, unless a ZipMap makes them', () => {
    const outputs = [{ name: 'y', datatype: 'FP32' as const, mapFrom: 'INT64' as const }];
    expect(signatureOf(copy({ outputs })).faults).toMatchObject([
      { field: 'output y', seen: 'seq(map(int64,tensor(float)))' },
    ]);
  });

  it('refuses a graph without outputs', () => {
    expect(signatureOf(copy({ outputs: [] })).faults).toMatchObject([{ field: 'outputs' }]);
  });
});

describe('Reading bytes that are not a model', () => {
  /** Only our own error may escape; a few broken files still look like a model, and that is fine. */
  function inspect(bytes: Uint8Array): void {
    try {
      const model = decodeOnnx(bytes);
      readSignature(model);
      findExternalFiles(model, '/nowhere');
    } catch (error) {
      if (!(error instanceof OnnxFormatError)) throw error;
    }
  }

  it('throws nothing but OnnxFormatError on random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), inspect), { numRuns: 1000 });
  });

  it('throws nothing but OnnxFormatError on a model that is cut or has a flipped byte', () => {
    const model = optionalScale();
    const place = fc.nat({ max: model.length - 1 });
    fc.assert(
      fc.property(place, place, fc.nat({ max: 255 }), (end, at, value) => {
        const broken = model.slice(0, end + 1);
        if (at <= end) broken[at] = value;
        inspect(broken);
      }),
      { numRuns: 1000 },
    );
  });
});
