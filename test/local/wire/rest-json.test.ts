import { expect, test } from 'vitest';
import { matchPath } from '../../../local/wire/rest-json.ts';

test.each([
  ['/functions/{Name}', '/functions/a', { Name: 'a' }],
  ['/functions/{Name}', '/functions/a%3Ab%2Fc', { Name: 'a:b/c' }],
  ['/functions/{Name}', '/functions/a/versions', undefined],
  ['/functions/{Name}/versions', '/functions/a', undefined],
  ['/tags/{Resource+}', '/tags/arn:x/y/z', { Resource: 'arn:x/y/z' }],
  ['/functions/', '/functions', {}],
])('%s reads %s', (pattern, path, labels) => {
  expect(matchPath(pattern, path)).toEqual(labels);
});

test('a label that is not percent-encoded is the fault of the caller', () => {
  expect(() => matchPath('/{Name}', '/%zz')).toThrow('not percent-encoded');
});
