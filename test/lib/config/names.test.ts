import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../lib/config/names.ts';
import { maxAwsNameLength, maxStageLength } from '../../../lib/model-repository/aws-name.ts';

describe('Names', () => {
  it('fit into what Lambda takes, for the longest stage and model', () => {
    const names = namesOf('s'.repeat(maxStageLength));
    expect(names.modelFunction('m'.repeat(maxAwsNameLength)).length).toBeLessThanOrEqual(64);
    expect(names.catalogueFunction.length).toBeLessThanOrEqual(64);
  });

  it('keep the catalogue apart from a model called catalogue', () => {
    const names = namesOf('dev');
    expect(names.modelFunction('catalogue')).not.toBe(names.catalogueFunction);
  });
});
