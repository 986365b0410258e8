import { describe, expect, it } from 'vitest';
import { routes } from '../../../serving/contract/routes.ts';
import { createRouter } from '../../../serving/http/router.ts';

const model = createRouter('model');
const catalogue = createRouter('catalogue');

describe('The router', () => {
  it('finds every route of the table, once', () => {
    for (const { method, path, operationId, servedBy } of routes) {
      const example = path.replace('{model}', 'm.1').replace('{version}', '10');
      const [own, other] = servedBy === 'model' ? [model, catalogue] : [catalogue, model];
      expect(own(method, example)).toMatchObject({ operationId });
      expect(other(method, example)).toBeUndefined();
    }
    const ids = routes.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('decodes parameters once', () => {
    const { params } = model('GET', '/v2/models/a%252Fb/versions/%31/ready') as { params: object };
    expect(params).toEqual({ model: 'a%2Fb', version: '1' });
    expect(() => model('GET', '/v2/models/a%zz')).toThrow('percent-encoded');
    expect(() => model('GET', '/v2/models/%ff')).toThrow('percent-encoded');
  });

  it('tells a path that is asked for again by its method', () => {
    const path = '/v2/models/m/versions/1';
    for (const _ of [1, 2]) {
      expect(model('GET', path)).toMatchObject({ operationId: 'versionMetadata' });
      expect(model('OPTIONS', path)).toEqual({ allow: 'GET, HEAD, OPTIONS' });
      expect(() => model('POST', path)).toThrow('does not take');
      expect(model('GET', '/v2/models/m/versions/2')).toMatchObject({ params: { version: '2' } });
    }
  });

  it('takes no empty parameter and no path that goes on', () => {
    for (const path of [
      '/v2/models//infer',
      '/v2/models/',
      '/v2/models/m/infer/x',
      'v2/models/m',
    ]) {
      expect(model('GET', path)).toBeUndefined();
    }
  });

  it('knows the methods of a path', () => {
    expect(model('HEAD', '/v2/models/m')).toMatchObject({ operationId: 'modelMetadata' });
    expect(model('OPTIONS', '/v2/models/m/infer')).toEqual({ allow: 'POST, OPTIONS' });
    expect(() => model('PUT', '/v2/models/m')).toThrow('only GET, HEAD, OPTIONS');
  });
});
