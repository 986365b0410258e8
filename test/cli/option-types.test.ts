import { describe, expect, it } from 'vitest';
import { collectContext } from '../../cli/context-option.ts';
import { positiveNumber, wholeNumber } from '../../cli/option-types.ts';

describe('Options', () => {
  it('take whole numbers within their bounds', () => {
    const port = wholeNumber(0, 65_535);
    expect(port('8080')).toBe(8080);
    for (const wrong of ['-1', '65536', '80.5', 'http', '', ' ']) {
      expect(() => port(wrong), wrong).toThrow('It must be a whole number from 0 to 65535.');
    }
  });

  it('take positive numbers', () => {
    expect(positiveNumber('0.5')).toBe(0.5);
    for (const wrong of ['0', '-3', 'Infinity', 'fast', '']) {
      expect(() => positiveNumber(wrong), wrong).toThrow('It must be a number greater than 0.');
    }
  });

  it('collect context as key=value, the value with any further sign', () => {
    expect(collectContext('a=b=c', { stage: 'prod' })).toEqual({ stage: 'prod', a: 'b=c' });
    expect(() => collectContext('rollout', {})).toThrow('It must have the form key=value.');
    expect(() => collectContext('=x', {})).toThrow('It must have the form key=value.');
  });
});
