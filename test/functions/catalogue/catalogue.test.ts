import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../functions/catalogue/catalogue.ts';
import { server } from '../../../serving/contract/server.ts';
import { gatewayEvent, testContext } from '../../fixtures/predict-function.ts';

function catalogue(names: readonly string[], docs?: string) {
  const lines: unknown[] = [];
  const handler = createCatalogue({
    manifest: { stage: 'dev', models: names.map((name) => ({ name, live: '1', versions: ['1'] })) },
    openapi: '{"openapi":"3.0.3"}',
    docs,
    stage: 'dev',
    functionVersion: '1',
    startedAhead: false,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const send = async (...request: Parameters<typeof gatewayEvent>) => {
    const result = await handler(gatewayEvent(...request), testContext);
    return {
      ...result,
      error: result.body.startsWith('{') ? JSON.parse(result.body).error : undefined,
    };
  };
  return { send, lines };
}

describe('The catalogue', () => {
  it('names the nearest models first, and a bounded number of them', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `model-${index}`);
    const { error } = await catalogue([...names, 'digits']).send('POST', '/v2/models/digit/infer');
    expect(error).toMatch(
      /^no model "digit"; there are: "digits", ("model-\d+"(, | and )){9}191 more$/,
    );
  });

  it('says so when there is no model at all', async () => {
    expect((await catalogue([]).send('GET', '/v2/models/m')).error).toBe(
      'no model "m"; there are: none',
    );
  });

  it('is unmoved by names that are prototypes, paths or endless', async () => {
    const { send } = catalogue(['spam']);
    for (const name of ['__proto__', 'constructor', '%2e%2e%2fetc', 'x'.repeat(5000), '%00']) {
      expect((await send('GET', `/v2/models/${name}/ready`)).statusCode).toBe(404);
    }
    expect((await send('GET', '/v2/models/%zz')).statusCode).toBe(400);
  });

  it('serves the reference page where the package has one', async () => {
    const page = await catalogue([], '<html></html>').send('GET', '/docs');
    expect(page).toMatchObject({ statusCode: 200, body: '<html></html>' });
    expect(page.headers['content-type']).toContain('text/html');
    expect((await catalogue([]).send('GET', '/docs')).statusCode).toBe(404);
  });

  it('refuses a repository index that asks in no JSON object', async () => {
    const { send } = catalogue(['spam']);
    for (const body of ['{', '[]', '7']) {
      expect((await send('POST', '/v2/repository/index', body)).statusCode).toBe(400);
    }
  });

  it('logs each request on a line of its own, without metrics', async () => {
    const { send, lines } = catalogue(['spam']);
    await send('GET', '/v2');
    await send('GET', '/nothing');
    expect(lines).toMatchObject([
      { operation: 'serverMetadata', status: 200 },
      { path: '/nothing', status: 404, errorCode: 'route_not_found' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('_aws');
  });

  it('tells the version of this package', () => {
    const file = resolve(import.meta.dirname, '../../../package.json');
    expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(server.version);
  });
});
