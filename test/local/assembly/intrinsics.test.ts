import { expect, test } from 'vitest';
import { NO_VALUE, resolve, type Scope } from '../../../local/assembly/intrinsics.ts';

const scope: Scope = {
  region: 'us-east-1',
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : name === 'List' ? ['x', 'y'] : `<${name}>`),
  attribute: (id, name) => `<${id}.${name}>`,
  condition: (name) => name === 'Yes',
  mapping: (...keys) => keys.join('/'),
  importValue: (name) => `imported ${name}`,
  dynamic: (text) => text.replace('{{resolve:ssm:/a}}', 'A'),
};

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'A' }, '<A>'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['A', 'Arn'] }, '<A.Arn>'],
  ['GetAtt as text', { 'Fn::GetAtt': 'A.Outputs.B' }, '<A.Outputs.B>'],
  ['Sub', { 'Fn::Sub': '${A}-${A.Arn}-${!B}' }, '<A>-<A.Arn>-${B}'],
  ['Sub with its own values', { 'Fn::Sub': ['${A}${B}', { A: { Ref: 'C' } }] }, '<C><B>'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-<B>'],
  ['Join of a list parameter', { 'Fn::Join': ['+', { Ref: 'List' }] }, 'x+y'],
  ['Split and Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ['If', { 'Fn::If': ['No', 1, { 'Fn::If': ['Yes', 2, 3] }] }, 2],
  ['FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'R' }, 'x'] }, 'M/<R>/x'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${A}-x' } }, 'imported <A>-x'],
  ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['Length', { 'Fn::Length': [1, 2] }, 2],
  ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'B' } } }, '{"a":"<B>"}'],
  ['a dynamic reference', 'x{{resolve:ssm:/a}}', 'xA'],
  ['NoValue in a list', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
  ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['an object that only looks like a function', { Ref: 'A', x: 1 }, { Ref: 'A', x: 1 }],
])('%s', (_name, value, result) => {
  expect(resolve(value, scope)).toEqual(result);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

test('what holds no function is not copied', () => {
  const plain = { a: [1, { b: 'c' }] };
  expect(resolve(plain, scope)).toBe(plain);
  const mixed = { plain, other: { Ref: 'A' } };
  expect((resolve(mixed, scope) as typeof mixed).plain).toBe(plain);
});

test('a function that is not there is named', () => {
  expect(() => resolve({ 'Fn::Cidr': [] }, scope)).toThrow('Fn::Cidr');
});
