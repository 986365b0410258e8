import { afterAll, beforeAll } from 'vitest';
import { createCatalogue } from '../../functions/catalogue/catalogue.ts';
import type { ModelServer } from '../../functions/model-server/model-server.ts';
import {
  type EndpointFunction,
  endpointFunction,
  runtimeTo,
  startContainer,
  writeArchive,
} from '../fixtures/endpoint.ts';
import { bytesOf, gatewayEvent, testContext } from '../fixtures/predict-function.ts';
import type { Client } from './client.ts';
import { describeConformance } from './conformance.ts';
import { conformanceModels } from './models.ts';

const containers: ModelServer[] = [];
const fronts = new Map<string, EndpointFunction>();

beforeAll(async () => {
  for (const [name, versions] of Object.entries(conformanceModels)) {
    const [version, model] = Object.entries(versions).at(-1) as [string, never];
    const container = await startContainer(name, writeArchive(name, version, model));
    containers.push(container);
    fronts.set(
      name,
      endpointFunction(
        name,
        version,
        model,
        runtimeTo(() => container.port),
      ),
    );
  }
});

afterAll(() => Promise.all(containers.map((container) => container.drain())));

const catalogue = createCatalogue({
  manifest: {
    stage: 'test',
    models: Object.entries(conformanceModels).map(([name, versions]) => ({
      name,
      live: Object.keys(versions).at(-1) ?? '1',
      versions: Object.keys(versions).slice(-1),
    })),
  },
  openapi: '{"openapi":"3.0.3"}',
  docs: undefined,
  stage: 'test',
  functionVersion: '1',
  startedAhead: false,
  write: () => {},
});

const client: Client = async (method, path, body, headers = {}) => {
  const name = path.match(/^\/v2\/models\/([^/]+)/)?.[1] ?? '';
  const front = fronts.get(decodeURIComponent(name));
  const event = gatewayEvent(method, path, body, headers);
  const result = await (front ? front.invoke : catalogue)(event, testContext);
  return { status: result.statusCode, headers: result.headers, bytes: bytesOf(result) };
};

// The only difference that a caller sees: an endpoint serves the live version, and no other beside it.
describeConformance('fronts of endpoints, with containers in this process', () => client, ['10']);
