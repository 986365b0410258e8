import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOf, processorOf } from '../../../serving/contract/optimized-form.ts';

const cpuInfo = (flags: string) => `processor\t: 0\nflags\t\t: ${flags}\nbugs\t\t: none\n`;

describe('The kind of a processor', () => {
  it.each([
    ['fpu sse4_2 avx2 avx512f avx512vl', 'x64-nchw16c'],
    ['fpu avx2 avx512f', 'x64-nchw16c'],
    ['fpu sse4_2 avx avx2', 'x64-nchw8c'],
    ['fpu sse4_2 avx512f_disabled', 'x64-nchw8c'],
  ])('with %s is %s', (flags, kind) => {
    expect(processorOf('x64', cpuInfo(flags))).toBe(kind);
  });

  it('is unknown without flags, and on other architectures', () => {
    expect(processorOf('x64', 'processor : 0')).toBeUndefined();
    expect(processorOf('arm64', cpuInfo('fp asimd'))).toBeUndefined();
  });
});

const sumOf = (file: Uint8Array) =>
  checksumOf(file.length, (part, position) => {
    part.set(file.subarray(position, position + part.length));
  });

describe('The checksum of a file of a form', () => {
  const noise = Uint8Array.from({ length: 2_000_003 }, (_, index) => (index * 2654435761) >>> 24);

  it('tells every single bit of a small file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(), (file, place) => {
        const other = Uint8Array.from(file);
        const index = place % file.length;
        other[index] = (other[index] as number) ^ (1 << (place % 8));
        expect(sumOf(other)).not.toBe(sumOf(file));
      }),
    );
  });

  it('tells a stretch of a large file, wherever it is', () => {
    const stretch = Math.ceil(noise.length / 127) + 4;
    fc.assert(
      fc.property(fc.nat(noise.length - stretch), (start) => {
        const zeroed = Uint8Array.from(noise).fill(0, start, start + stretch);
        expect(sumOf(zeroed)).not.toBe(sumOf(noise));
      }),
      { numRuns: 20 },
    );
  });

  it('tells content that has moved, and reads the last byte of a large file', () => {
    const moved = Uint8Array.from(noise);
    moved.set(noise.subarray(0, -1), 1);
    const last = Uint8Array.from(noise);
    last[last.length - 1] = (last.at(-1) as number) ^ 1;
    expect(new Set([moved, last, noise].map(sumOf)).size).toBe(3);
  });

  it('reads little of a large file', () => {
    let read = 0;
    checksumOf(500_000_000, (part) => {
      read += part.length;
    });
    expect(read).toBeLessThan(10_000);
  });
});
