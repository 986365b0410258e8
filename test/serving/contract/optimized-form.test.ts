import { describe, expect, it } from 'vitest';
import { processorOf } from '../../../serving/contract/optimized-form.ts';

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
