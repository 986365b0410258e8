import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../lib/config/names.ts';
import { maxAwsNameLength, maxStageLength } from '../../../lib/model-repository/aws-name.ts';

describe('Names', () => {
  it('fit into what Lambda takes, for the longest stage and model', () => {
    const names = namesOf('s'.repeat(maxStageLength));
    expect(names.modelFunction('m'.repeat(maxAwsNameLength)).length).toBeLessThanOrEqual(64);
    expect(names.catalogueFunction.length).toBeLessThanOrEqual(64);
  });

  it('fit into what SageMaker and S3 take, in the region with the longest name', () => {
    const names = namesOf('s'.repeat(maxStageLength));
    expect(names.endpoint('m'.repeat(maxAwsNameLength)).length).toBeLessThanOrEqual(63);
    expect(names.dataBucket('123456789012', 'ap-southeast-1').length).toBeLessThanOrEqual(63);
  });

  it('keep the catalogue apart from a model called catalogue', () => {
    const names = namesOf('dev');
    expect(names.modelFunction('catalogue')).not.toBe(names.catalogueFunction);
  });
});
