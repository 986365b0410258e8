import { describe, expect, it } from 'vitest';
import { base64Length, writeBase64 } from '../../../../local/providers/apigateway/base64.ts';

describe('base64 written in pieces', () => {
  it.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 98_305, 150_000])(
    'is right for %d bytes',
    (size) => {
      const bytes = Buffer.from(
        Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251),
      );
      const target = Buffer.alloc(base64Length(size) + 2, '-');
      expect(writeBase64(bytes, target, 1)).toBe(target.length - 1);
      expect(target.toString('latin1')).toBe(`-${bytes.toString('base64')}-`);
    },
  );
});
