import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouteTable } from '../../../../local/providers/apigateway/route-table.ts';

function table(...paths: string[]): RouteTable<string> {
  const resources = paths.map((path) => ({ id: path, path, methods: { GET: {} as never } }));
  return new RouteTable(resources, ({ path }) => path);
}

describe('RouteTable', () => {
  it('prefers fixed parts to parameters, and parameters to the rest', () => {
    const routes = table('/', '/a/{x}/c', '/a/b/{rest+}', '/{x}', '/{rest+}', '/a/b/d');
    const find = (path: string) => routes.match(path)?.to;
    expect(find('/')).toBe('/');
    expect(find('/a')).toBe('/{x}');
    expect(find('/a/b/d')).toBe('/a/b/d');
    expect(find('/a/b/c')).toBe('/a/b/{rest+}');
    expect(find('/a/z/c')).toBe('/a/{x}/c');
    expect(find('/a/b')).toBe('/{rest+}');
    expect(find('/a/z/q')).toBe('/{rest+}');
  });

  it('decodes parameters once and takes bad encoding as it stands', () => {
    const match = table('/m/{name}/{rest+}').match('/m/a%2Fb%2520/c%20d/%zz');
    expect(match?.parameters).toEqual([
      ['name', 'a/b%20'],
      ['rest', 'c d/%zz'],
    ]);
  });

  it('finds every fixed path among many', () => {
    const part = fc.stringMatching(/^[a-z0-9._-]{1,6}$/);
    const path = fc
      .array(part, { minLength: 1, maxLength: 5 })
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), (paths) => {
        const routes = table(...paths, '/{rest+}');
        for (const each of paths) expect(routes.match(each)?.to).toBe(each);
      }),
    );
  });
});
