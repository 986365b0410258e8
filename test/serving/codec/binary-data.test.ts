import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesFromBytes, bytesOfTensor } from '../../../serving/codec/binary-data.ts';
import type { BytesElement } from '../../../serving/protocol/tensor.ts';

function bytesOf(data: readonly BytesElement[]): Buffer {
  return bytesOfTensor({ name: 'y', datatype: 'BYTES', shape: [data.length], data });
}

describe('BYTES in binary form', () => {
  it('are what numpy and struct make of the same elements', () => {
    const elements = ['hi', '', 'h\u00e9llo', Uint8Array.of(0xff, 0x00)];
    expect(bytesOf(elements).toString('hex')).toBe(
      '020000006869000000000600000068c3a96c6c6f02000000ff00',
    );
  });

  it('are nothing at all for no elements', () => {
    expect(bytesOf([])).toHaveLength(0);
  });

  it('read back as the elements that were written', () => {
    const text = fc.string({ unit: 'binary' });
    const bytes = fc.constantFrom(Uint8Array.of(0xff), Uint8Array.of(0xc3, 0x28, 0x00));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, bytes)), (elements) => {
        const read = bytesFromBytes({ at: 'x', count: elements.length }, bytesOf(elements));
        expect(read.map((element) => Buffer.from(element as string))).toEqual(
          elements.map((element) => Buffer.from(element as string)),
        );
      }),
    );
  });
});
