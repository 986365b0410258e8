import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseForm } from '../../../local/wire/form.ts';

const parse = (text: string) => parseForm(new URLSearchParams(text));

test('lists, flat lists, structures and maps take their shapes', () => {
  expect(parse('Tags.member.1.Key=a&Tags.member.2.Key=b')).toEqual({
    Tags: [{ Key: 'a' }, { Key: 'b' }],
  });
  expect(parse('Name.1=a&Name.2=b')).toEqual({ Name: ['a', 'b'] });
  expect(parse('Outer.Inner=x')).toEqual({ Outer: { Inner: 'x' } });
  expect(parse('M.entry.1.key=k&M.entry.1.value=v')).toEqual({ M: { k: 'v' } });
});

test('the tenth item of a list comes after the ninth', () => {
  const form = Array.from({ length: 12 }, (_, index) => `L.member.${index + 1}=${index}`);
  expect(parse(form.toReversed().join('&')).L).toEqual(
    Array.from({ length: 12 }, (_, index) => String(index)),
  );
});

test('no form breaks the parser or reaches a prototype', () => {
  const name = fc.array(
    fc.constantFrom('member', 'entry', '1', '2', 'key', 'value', '__proto__', 'A', ''),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const form = new URLSearchParams();
      for (const [path, value] of pairs) form.append(path.join('.'), value);
      parseForm(form);
      expect(({} as Record<string, unknown>).A).toBeUndefined();
    }),
  );
});
