import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { type Answer, type Client, inProcessClient } from './client.ts';
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

const recorded = join(import.meta.dirname, '../fixtures/triton-client');
const inferences = readdirSync(recorded).filter((name) => /^infer-.*\.http$/.test(name));

describe('What the Triton Python client sends to the front of an endpoint', () => {
  const lambda = inProcessClient();

  it.each(inferences)('is answered as on Lambda, byte for byte: %s', async (name) => {
    const { method, path, body, headers } = requestIn(readFileSync(join(recorded, name)));
    // Of the model "plus" the client asked for version 2, which the endpoint does not have.
    const live = path.replace('/versions/2/', '/versions/10/');
    const answers = [client, lambda].map((each) => each(method, live, body, headers));
    const [endpoint, own] = (await Promise.all(answers)).map(withoutCode);
    expect(endpoint).toEqual(own);
  });
});

/** A container tells its status and its words, but no code of ours. */
function withoutCode({ headers, ...rest }: Answer) {
  const { 'x-siskin-error': _, ...others } = headers;
  return { ...rest, headers: others };
}

function requestIn(bytes: Buffer) {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const headers = Object.fromEntries(fields.map((field) => field.split(': ') as [string, string]));
  return { method, path, headers, body: bytes.subarray(end + 4) };
}
