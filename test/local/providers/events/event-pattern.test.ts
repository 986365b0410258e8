import { describe, expect, it } from 'vitest';
import { matches, parsePattern } from '../../../../local/providers/events/event-pattern.ts';

const event = {
  source: 'aws.s3',
  resources: ['arn:aws:s3:::data', 'arn:aws:s3:::other'],
  detail: { bucket: { name: 'data' }, object: { key: 'in/a.CSV', size: 10 }, empty: null },
};
const match = (pattern: object) => matches(parsePattern(JSON.stringify(pattern)), event);
const key = (condition: unknown) => match({ detail: { object: { key: [condition] } } });
const size = (condition: unknown) => match({ detail: { object: { size: [condition] } } });

describe('An event pattern', () => {
  it('matches when each of its fields does, by one of its values', () => {
    expect(match({ source: ['aws.s3', 'aws.batch'], detail: { bucket: { name: ['data'] } } })).toBe(
      true,
    );
    expect(match({ source: ['aws.s3'], detail: { bucket: { name: ['another'] } } })).toBe(false);
    expect(match({ source: ['aws.batch'] })).toBe(false);
  });

  it('matches a list by one of its items', () => {
    expect(match({ resources: ['arn:aws:s3:::other'] })).toBe(true);
    expect(match({ resources: ['arn:aws:s3:::none'] })).toBe(false);
  });

  it('tells a field that is null from one that is missing', () => {
    expect(match({ detail: { empty: [null] } })).toBe(true);
    expect(match({ detail: { none: [null] } })).toBe(false);
    expect(match({ detail: { none: [{ exists: false }] } })).toBe(true);
    expect(match({ detail: { empty: [{ exists: true }] } })).toBe(true);
  });

  it.each([
    [{ prefix: 'in/' }, true],
    [{ prefix: 'out/' }, false],
    [{ prefix: { 'equals-ignore-case': 'IN/' } }, true],
    [{ suffix: '.CSV' }, true],
    [{ suffix: '.csv' }, false],
    [{ suffix: { 'equals-ignore-case': '.csv' } }, true],
    [{ 'equals-ignore-case': 'IN/A.csv' }, true],
    [{ wildcard: 'in/*.CSV' }, true],
    [{ wildcard: 'in/*.txt' }, false],
    [{ 'anything-but': 'in/a.CSV' }, false],
    [{ 'anything-but': ['x', 'y'] }, true],
    [{ 'anything-but': { prefix: 'in/' } }, false],
    [{ 'anything-but': { suffix: '.txt' } }, true],
  ])('compares a text by %j: %s', (condition, expected) => {
    expect(key(condition)).toBe(expected);
  });

  it.each([
    [['>', 5], true],
    [['>', 5, '<=', 10], true],
    [['>=', 11], false],
    [['=', 10], true],
    [['<', 10], false],
  ])('compares a number by %j: %s', (numeric, expected) => {
    expect(size({ numeric })).toBe(expected);
  });

  it('matches one of several patterns under $or', () => {
    const either = (name: string) =>
      match({ $or: [{ source: ['aws.batch'] }, { detail: { bucket: { name: [name] } } }] });
    expect(either('data')).toBe(true);
    expect(either('none')).toBe(false);
  });

  it.each([
    ['{', 'no JSON'],
    ['{}', 'empty'],
    ['{"source":"aws.s3"}', 'source: a value must be an object or an array'],
    ['{"source":[]}', 'empty arrays'],
    ['{"source":[{"cidr":"10.0.0.0/8"}]}', 'does not know {"cidr":"10.0.0.0/8"}'],
  ])('is refused when it is wrong: %s', (text, reason) => {
    expect(() => parsePattern(text)).toThrow(reason);
  });
});
