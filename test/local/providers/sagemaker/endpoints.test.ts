import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud } from './endpoint-cloud.ts';

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start();
});
afterEach(() => cloud.stop());

describe('an endpoint', () => {
  it('answers by the container of its model', async () => {
    await cloud.endpoint('one');
    expect(await cloud.describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'one',
      ProductionVariants: [{ VariantName: 'live', CurrentInstanceCount: 1, CurrentWeight: 1 }],
    });
    const answer = await cloud.invokeRaw('hello');
    expect(answer).toMatchObject({
      ContentType: 'application/json',
      InvokedProductionVariant: 'live',
    });
    expect(JSON.parse(answer.Body.toString())).toMatchObject({ version: 'one', echo: 'hello' });
  });
});
