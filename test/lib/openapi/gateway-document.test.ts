import { describe, expect, it } from 'vitest';
import { countResources, gatewayDocument } from '../../../lib/openapi/gateway-document.ts';
import { limits } from '../../../serving/contract/limits.ts';
import { routes } from '../../../serving/contract/routes.ts';

const integration = (name: string) => ({ uri: `uri of ${name}`, timeoutMilliseconds: 1000 });

const documentOf = (models: readonly string[], auth: 'apiKey' | 'iam' = 'apiKey') =>
  gatewayDocument({
    title: 'test',
    auth,
    credentials: 'role',
    catalogue: integration('catalogue'),
    models: new Map(models.map((name) => [name, integration(name)])),
  });

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON
const methodOf = (document: any, path: string) =>
  document.paths[path]?.['x-amazon-apigateway-any-method'];

describe('The document for API Gateway', () => {
  it('gives each model two resources, for any method, that lead to its own function', () => {
    const document = documentOf(['spam']);
    for (const path of ['/v2/models/spam', '/v2/models/spam/{proxy+}']) {
      expect(methodOf(document, path)['x-amazon-apigateway-integration']).toMatchObject({
        type: 'aws_proxy',
        httpMethod: 'POST',
        uri: 'uri of spam',
        credentials: 'role',
        timeoutInMillis: 1000,
      });
    }
  });

  it('has a resource for every route of the table', () => {
    const paths = Object.keys(documentOf(['spam']).paths);
    for (const route of routes) {
      const path = route.path.replace('{model}', 'spam').replace(/(.)\/$/, '$1');
      const leads = paths.some(
        (candidate) =>
          candidate === path ||
          (candidate.endsWith('{proxy+}') && path.startsWith(candidate.replace('{proxy+}', ''))),
      );
      expect(leads, route.path).toBe(true);
    }
  });

  it('leads everything unknown to the catalogue, which names the models that exist', () => {
    const method = methodOf(documentOf([]), '/{proxy+}');
    expect(method['x-amazon-apigateway-integration'].uri).toBe('uri of catalogue');
  });

  it('asks for a key everywhere but where the route table says otherwise', () => {
    const document = documentOf(['spam']);
    const open = Object.keys(document.paths).filter((path) => !methodOf(document, path).security);
    expect(open.sort()).toEqual(['/docs', '/v2/health/live', '/v2/health/ready']);
  });

  it('asks for a signature with IAM authorization', () => {
    const { components } = documentOf([], 'iam') as { components?: unknown };
    expect(components).toMatchObject({
      securitySchemes: { caller: { 'x-amazon-apigateway-authtype': 'awsSigv4' } },
    });
  });

  it('lets every body through as it is', () => {
    expect(documentOf([])['x-amazon-apigateway-binary-media-types']).toEqual(['*/*']);
  });

  it('fits about 140 models into the default quota', () => {
    const models = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
    expect(countResources(documentOf(models(140)))).toBeLessThanOrEqual(limits.resourcesPerApi);
    expect(countResources(documentOf(models(150)))).toBeGreaterThan(limits.resourcesPerApi);
  });
});
