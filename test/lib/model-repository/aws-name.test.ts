import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awsName,
  maxAwsNameLength,
  maxStageLength,
  modelNamePattern,
} from '../../../lib/model-repository/aws-name.ts';

const modelName = fc.stringMatching(modelNamePattern);

describe('The AWS name of a model', () => {
  it('is the name itself when that is short and plain', () => {
    expect(awsName('spam')).toBe('spam');
    expect(awsName('Digits-28x28')).toBe('Digits-28x28');
  });

  it('carries a hash when a character was replaced, so that a.b and a_b stay apart', () => {
    expect(awsName('a.b')).toMatch(/^a-b-[0-9a-f]{8}$/);
    expect(awsName('a.b')).not.toBe(awsName('a_b'));
  });

  it('carries a hash when the name was cut', () => {
    const long = 'a-model-whose-name-is-longer-than-a-function-may-be-called';
    expect(awsName(long)).toMatch(/^a-model-whose-name-is-l.*-[0-9a-f]{8}$/);
    expect(awsName(`${long}-1`)).not.toBe(awsName(`${long}-2`));
  });

  it('is valid and within its length for every model name', () => {
    fc.assert(
      fc.property(modelName, (name) => {
        expect(awsName(name)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/);
        expect(awsName(name).length).toBeLessThanOrEqual(maxAwsNameLength);
      }),
    );
  });

  it('differs for different models, unless one is called like the hashed name of another', () => {
    fc.assert(
      fc.property(modelName, modelName, (one, other) => {
        if (one === other || awsName(one) === other || awsName(other) === one) return;
        expect(awsName(one)).not.toBe(awsName(other));
      }),
    );
  });

  it('leaves room for a suffix in the names of functions and endpoints', () => {
    const longest = `siskin-${'s'.repeat(maxStageLength)}-${'m'.repeat(maxAwsNameLength)}-check`;
    expect(longest.length).toBeLessThanOrEqual(63);
  });
});
