import { describe, expect, it } from 'vitest';
import type { TensorSpec } from '../../../serving/contract/manifest.ts';
import { noHints, plainOutput } from '../../../serving/protocol/request.ts';
import { matchSignature } from '../../../serving/protocol/signature-match.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';

const x: TensorSpec = { name: 'x', datatype: 'INT8', shape: [-1] };
const y: TensorSpec = { name: 'y', datatype: 'INT8', shape: [-1] };
const signature = { inputs: [x], outputs: [y] };

function tensor(name: string, shape: readonly number[] = [1]): Tensor {
  return { name, datatype: 'INT8', shape, data: new Int8Array(1) };
}

function match(inputs: readonly Tensor[], outputs?: readonly string[]) {
  const request = { id: undefined, hints: noHints, inputs, outputs: outputs?.map(plainOutput) };
  return () => matchSignature(request, signature);
}

function mismatch(message: string) {
  return expect.objectContaining({ code: 'signature_mismatch', message });
}

describe('The match of a request with the signature', () => {
  it('names each input and output that is unknown, missing or given twice', () => {
    expect(match([tensor('x'), tensor('x')], ['y', 'z', 'y'])).toThrow(
      mismatch(
        'inputs[1] "x": given twice; outputs[1] "z": the model has no such output, only "y"; outputs[2] "y": given twice',
      ),
    );
    expect(match([], ['y'])).toThrow(mismatch('input "x" (INT8 [-1]) is missing'));
  });

  it('counts the mistakes beyond five, be they ever so many', () => {
    const outputs = Array<string>(400_000).fill('y');
    expect(match([tensor('x')], outputs)).toThrow(
      mismatch(
        'outputs[1] "y": given twice; outputs[2] "y": given twice; outputs[3] "y": given twice; outputs[4] "y": given twice; outputs[5] "y": given twice; and 399994 more',
      ),
    );
  });

  it('looks at each tensor once, however many stand before it', () => {
    let looks = 0;
    const counted = (name: string): Tensor =>
      Object.defineProperty({ ...tensor(name) }, 'name', {
        get: () => {
          looks += 1;
          return name;
        },
      });
    const inputs = Array.from({ length: 200 }, (_, index) => counted(index < 100 ? 'z' : 'x'));
    expect(match(inputs)).toThrow();
    expect(looks).toBeLessThanOrEqual(3 * inputs.length);
  });

  it('cuts a shape that is no shape of a model', () => {
    const ones = Array<number>(1_000_000).fill(1);
    expect(match([tensor('x', ones)])).toThrow(
      mismatch(
        `inputs[0] "x": shape is [${'1,'.repeat(32)}...] of 1000000 dimensions, but the model expects [-1]`,
      ),
    );
  });
});
