import { createCatalogue } from '../../functions/catalogue/catalogue.ts';
import {
  bytesOf,
  gatewayEvent,
  predictFunction,
  testContext,
} from '../fixtures/predict-function.ts';
import { conformanceModels } from './models.ts';

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** How the suite reaches a server; an HTTP client in one case, the functions themselves in another. */
export type Client = (
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** The functions in this process, with the gateway's part played by a look at the path. */
export function inProcessClient(): Client {
  const models = new Map(
    Object.entries(conformanceModels).map(([name, versions]) => [
      name,
      predictFunction(name, versions),
    ]),
  );
  const catalogue = createCatalogue({
    manifest: {
      stage: 'test',
      models: Object.entries(conformanceModels).map(([name, versions]) => ({
        name,
        live: Object.keys(versions).at(-1) ?? '1',
        versions: Object.keys(versions),
      })),
    },
    openapi: '{"openapi":"3.0.3"}',
    docs: undefined,
    stage: 'test',
    functionVersion: '1',
    startedAhead: false,
    write: () => {},
  });
  return async (method, path, body, headers = {}) => {
    const name = path.match(/^\/v2\/models\/([^/]+)/)?.[1] ?? '';
    const model = models.get(decodeURIComponent(name));
    const event = gatewayEvent(method, path, body, headers);
    const result = await (model ? model.invoke(event) : catalogue(event, testContext));
    return { status: result.statusCode, headers: result.headers, bytes: bytesOf(result) };
  };
}

/** A server at a URL, such as a stage of an API. */
export function httpClient(url: string, apiKey: string): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url.replace(/\/$/, '')}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'accept-encoding': 'identity', ...headers },
      ...(body === undefined ? {} : { body: Buffer.from(body as string) }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
}
