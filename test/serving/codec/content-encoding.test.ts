import { describe, expect, it } from 'vitest';
import { acceptedEncoding } from '../../../serving/codec/content-encoding.ts';

describe('The encoding of an answer', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['br', undefined],
    ['gzip;q=0', undefined],
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['deflate, gzip', 'gzip'],
    ['gzip;q=0.5, deflate', 'deflate'],
    ['GZIP', 'gzip'],
    ['br, *', 'gzip'],
    ['*;q=0', undefined],
    ['gzip;q=x', undefined],
  ])('for Accept-Encoding %j is %s', (header, expected) => {
    expect(acceptedEncoding(header)?.name).toBe(expected);
  });
});
