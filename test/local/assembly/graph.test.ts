import { expect, test } from 'vitest';
import { dependenciesOf, inOrder, reversed, runInOrder } from '../../../local/assembly/graph.ts';

const graph = new Map([
  ['c', ['b', 'a']],
  ['b', ['a']],
  ['a', []],
  ['d', []],
]);

test('a resource waits for what it names, by whichever function', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  const declarations = Object.fromEntries(names.map((name) => [name, { Type: 'T' }]));
  const found = dependenciesOf(
    'X',
    {
      Type: 'T',
      DependsOn: 'A',
      Properties: {
        list: [{ Ref: 'B' }, { Ref: 'AWS::Region' }, { Ref: 'X' }],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
        text: { 'Fn::Sub': ['${C.Arn}-${!Literal}-${own}', { own: { 'Fn::GetAtt': 'D.Arn' } }] },
      },
      UpdatePolicy: { Group: { Ref: 'E' } },
    },
    declarations,
  );
  expect(found.sort()).toEqual(names);
});

test('a circle is told with its members', () => {
  const circle = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  expect(() => inOrder(circle)).toThrow('[b, c]');
});

test('everything runs after what it depends on, and backwards before', async () => {
  const seen: string[] = [];
  await runInOrder(graph, async (name) => void seen.push(name));
  expect(seen.indexOf('a')).toBeLessThan(seen.indexOf('b'));
  expect(seen.indexOf('b')).toBeLessThan(seen.indexOf('c'));
  const back: string[] = [];
  await runInOrder(reversed(graph), async (name) => void back.push(name));
  expect(back.indexOf('c')).toBeLessThan(back.indexOf('b'));
  expect(back.indexOf('b')).toBeLessThan(back.indexOf('a'));
});

test('after a failure nothing new begins, and what runs is waited for', async () => {
  const ended: string[] = [];
  const run = runInOrder(graph, async (name) => {
    if (name === 'a') throw new Error('a failed');
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(name);
  });
  await expect(run).rejects.toThrow('a failed');
  expect(ended).toEqual(['d']);
});
