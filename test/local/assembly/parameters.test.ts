import { expect, test } from 'vitest';
import { chooseParameters, parameterValues } from '../../../local/assembly/parameters.ts';
import type { Template } from '../../../local/assembly/template.ts';

const template: Template = {
  Resources: {},
  Parameters: {
    Stage: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] },
    Size: { Type: 'Number', Default: 1 },
    Names: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' },
    Code: { Type: 'String', Default: 'ab', AllowedPattern: '[a-z]+' },
  },
};
const given = (values: Record<string, string>) =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));

test('what is not given has its default, and may keep its previous value', () => {
  const chosen = chooseParameters(
    template,
    [{ ParameterKey: 'Size', UsePreviousValue: true }, ...given({ Stage: 'prod' })],
    { Size: '7' },
  );
  expect(chosen).toMatchObject({ Stage: 'prod', Size: '7', Names: 'a, b' });
});

test('all that is wrong is told at once', () => {
  const choose = () =>
    chooseParameters(template, given({ Stage: 'x', Size: 'big', Code: '1', Other: '' }), {});
  for (const problem of [
    'Stage must be one of [dev, prod]',
    'Size must be a number',
    'Code: must match pattern [a-z]+',
    'Other is not in the template',
  ]) {
    expect(choose).toThrow(problem);
  }
});

test('lists are split and parameters of Systems Manager looked up', async () => {
  const chosen = chooseParameters(template, [], {});
  const values = await parameterValues(template, chosen, async (name) =>
    name === '/version' ? '33' : undefined,
  );
  expect(values).toMatchObject({ Names: ['a', 'b'], Version: '33' });
  await expect(parameterValues(template, chosen, async () => undefined)).rejects.toThrow(
    'Unable to fetch parameters [/version]',
  );
});
