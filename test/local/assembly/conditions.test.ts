import { expect, test } from 'vitest';
import { brokenRules, Conditions } from '../../../local/assembly/conditions.ts';
import type { Scope } from '../../../local/assembly/intrinsics.ts';
import type { Template } from '../../../local/assembly/template.ts';

const equals = (a: unknown, b: unknown) => ({ 'Fn::Equals': [a, b] });
const template: Template = {
  Resources: {},
  Conditions: {
    IsProd: equals({ Ref: 'Stage' }, 'prod'),
    IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
  },
};

function scopeOf(stage: string): Scope {
  const conditions = new Conditions(template);
  const scope = {
    ref: () => stage,
    condition: (name: string): boolean => conditions.holds(name, scope),
  } as Partial<Scope> as Scope;
  return scope;
}

test.each([
  ['prod', { IsProd: true, IsDev: false, Both: false, Either: true }],
  ['dev', { IsProd: false, IsDev: true, Both: false, Either: true }],
])('conditions hold as stage %s has it', (stage, expected) => {
  const scope = scopeOf(stage);
  for (const [name, holds] of Object.entries(expected)) expect(scope.condition(name)).toBe(holds);
});

test('a condition that needs itself, or is not there, is an error', () => {
  expect(() => scopeOf('dev').condition('Circle')).toThrow('Circular condition dependency');
  expect(() => scopeOf('dev').condition('Nowhere')).toThrow('Nowhere');
});

test('a broken rule is told in its own words', () => {
  const rules = {
    Check: {
      Assertions: [
        {
          Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'Version' }] }] },
          AssertDescription: 'Please run cdk bootstrap',
        },
      ],
    },
  };
  expect(brokenRules(rules, scopeOf('2'))).toEqual(['Please run cdk bootstrap']);
  expect(brokenRules(rules, scopeOf('30'))).toEqual([]);
});
