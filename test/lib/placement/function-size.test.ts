import { describe, expect, it } from 'vitest';
import { ephemeralStorageFor, loadSeconds } from '../../../lib/placement/function-size.ts';

const megabytes = (count: number) => ({ bytes: count * 1e6 });

describe('Ephemeral storage', () => {
  it("stays Lambda's default without versions in S3", () => {
    expect(ephemeralStorageFor([])).toBeUndefined();
  });

  it('holds all versions in S3 at once, with some to spare', () => {
    expect(ephemeralStorageFor([megabytes(400), megabytes(400)])).toBeGreaterThan(8e8 / 1024 ** 2);
    expect(ephemeralStorageFor([megabytes(1)])).toBe(512);
  });
});

describe('Loading from S3', () => {
  it('is downloading and creating the session, one after the other', () => {
    expect(loadSeconds(150e6)).toBeCloseTo(2 + 0.75, 9);
  });
});
