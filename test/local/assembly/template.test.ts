import { expect, test } from 'vitest';
import { parseTemplate } from '../../../local/assembly/template.ts';

test('YAML with short forms reads as the JSON it stands for', () => {
  const yaml = `
Resources:
  Thing:
    Type: Test::Thing
    Properties:
      Version: 2012-10-17
      Sub: !Sub 'x-\${A}'
      If: !If [Cond, !Ref A, !GetAtt B.Arn]
      Join: !Join ['', [a, !Select [0, !Split [',', b]]]]
`;
  expect(parseTemplate(yaml).Resources.Thing?.Properties).toEqual({
    Version: '2012-10-17',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
    Sub: { 'Fn::Sub': 'x-${A}' },
    If: { 'Fn::If': ['Cond', { Ref: 'A' }, { 'Fn::GetAtt': 'B.Arn' }] },
    Join: {
      'Fn::Join': ['', ['a', { 'Fn::Select': [0, { 'Fn::Split': [',', 'b'] }] }]],
    },
  });
});

test.each([
  ['{"Resources": ', 'JSON not well-formed'],
  ['Resources: [', 'YAML not well-formed'],
  ['{"Resources": {}}', 'At least one Resources member'],
  ['{"Resources": {"A": {"Properties": {}}}}', "[/Resources/A] 'Type' is missing"],
  ['{"Transform": "AWS::Include", "Resources": {"A": {"Type": "T"}}}', 'transforms'],
  ['just text', 'a template is an object'],
])('%s is refused', (text, problem) => {
  expect(() => parseTemplate(text)).toThrow(problem);
});
