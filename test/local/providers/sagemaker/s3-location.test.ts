import { describe, expect, it } from 'vitest';
import { parseS3Uri, s3Uri } from '../../../../local/providers/sagemaker/s3-location.ts';

describe('a place in S3', () => {
  it.each([
    's3://models/a/net.tar.gz',
    'https://s3.amazonaws.com/models/a/net.tar.gz',
    'https://s3.eu-central-1.amazonaws.com/models/a/net.tar.gz',
    'https://models.s3.eu-central-1.amazonaws.com/a/net.tar.gz',
  ])('is read from %s', (uri) => {
    expect(s3Uri(parseS3Uri(uri))).toBe('s3://models/a/net.tar.gz');
  });

  it.each(['models/net.tar.gz', 'https://example.com/models/net.tar.gz', 's3://'])(
    'is not read from %s',
    (uri) => {
      expect(() => parseS3Uri(uri)).toThrow('no address in Amazon S3');
    },
  );
});
