import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModelYaml } from '../../../lib/model-repository/model-yaml.ts';

const parse = (text: string) => parseModelYaml(text, 'm/model.yaml');

describe('Reading model.yaml', () => {
  it('takes an empty file, or one of comments, as all defaults', () => {
    for (const text of ['', '# nothing yet\n']) {
      expect(parse(text).problems).toEqual([]);
      expect(parse(text).values.timeout).toBe(28);
    }
  });

  it('reports every mistake with its line, field and value', () => {
    const { problems } = parse(
      'memory: 64\ntimeout: 28\nrollout:\n  strategy: canry\n  percent: 101\n',
    );
    expect(problems).toMatchObject([
      { line: 1, field: 'memory', seen: '64' },
      { line: 4, field: 'rollout.strategy', seen: '"canry"' },
      { line: 5, field: 'rollout.percent', seen: '101' },
    ]);
  });

  it.each([
    ['memmory: 1024', 'memmory', 'memory'],
    ['rollout:\n  percnt: 5', 'rollout.percnt', 'rollout.percent'],
    ['percent: 5', 'percent', 'rollout.percent'],
    ['Timeout: 5', 'Timeout', 'timeout'],
  ])('leads the unknown field of %j to the nearest known one', (text, field, nearest) => {
    const { problems } = parse(text);
    expect(problems).toMatchObject([{ field, fix: expect.stringContaining(` ${nearest};`) }]);
  });

  it('takes a version as a number and as a text', () => {
    expect(parse('live: 2').values.live).toBe('2');
    expect(parse('live: "2"').values.live).toBe('2');
    expect(parse('versions: [1, "3"]').values.versions).toEqual(['1', '3']);
  });

  it.each([
    ['live: 2\nlive: 3', 2, 'unique'],
    ['\tlive: 2', 1, 'Tabs'],
    ['live: *other', 1, 'alias'],
    ['a: 1\n---\nb: 2', 2, 'multiple documents'],
    ['memory: !big 3', 1, 'tag'],
    ['memory: [1', 1, ''],
  ])('calls %j invalid YAML and says where', (text, line, message) => {
    const [problem] = parse(text).problems;
    expect(problem).toMatchObject({ line, problem: expect.stringContaining(message) });
  });

  it.each(['- live', 'live', '42'])('refuses %j, which holds no fields', (text) => {
    expect(parse(text).problems).toHaveLength(1);
  });

  it('refuses merge keys like any unknown field', () => {
    expect(parse('<<: {memory: 512}').problems).toMatchObject([{ line: 1, field: '<<' }]);
  });

  it('says that a field without value has none', () => {
    expect(parse('owner:').problems).toMatchObject([
      { field: 'owner', line: 1, problem: 'has no value' },
    ]);
  });

  it('keeps the valid fields beside a faulty one', () => {
    const { values } = parse('memory: 2048\ntimeout: never');
    expect(values.memory).toBe(2048);
    expect(values).not.toHaveProperty('timeout');
  });

  it.each([
    ['{strategy: linear, percent: 1, minutes: 30}', 2970],
    ['{strategy: linear, percent: 33, minutes: 1000}', 3000],
  ])('refuses the rollout %s, which takes longer than 48 hours', (rollout, minutes) => {
    expect(parse(`rollout: ${rollout}`).problems).toMatchObject([
      { field: 'rollout.minutes', problem: expect.stringContaining(`${minutes} minutes long`) },
    ]);
  });

  it('takes a rollout of exactly 48 hours', () => {
    expect(parse('rollout: {strategy: canary, minutes: 2880}').problems).toEqual([]);
    expect(parse('rollout: {strategy: linear, percent: 50, minutes: 2880}').problems).toEqual([]);
  });

  it('knows the line of fields that are set, and of no others', () => {
    const yaml = parse('# first\nrollout:\n  percent: 5\n');
    expect(yaml.lineOf('rollout.percent')).toBe(3);
    expect(yaml.lineOf('rollout.minutes')).toBeUndefined();
    expect(yaml.lineOf('memory')).toBeUndefined();
  });

  it('never throws, whatever the text is', () => {
    const words = 'live rollout versions : - { } [ ] &a *a << ? ! " # 1 null __proto__'.split(' ');
    const word = fc.constantFrom(...words, ' ', '\n', '  ', '\t');
    const yamlLike = fc.array(word, { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlLike), (text) => {
        for (const { problem, fix } of parse(text).problems) expect(problem && fix).toBeTruthy();
      }),
    );
  });
});
