import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceState } from '../../../../local/host/provider.ts';
import { EndpointCloud, IMAGE } from './endpoint-cloud.ts';

type Properties = Record<string, unknown>;

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start();
});
afterEach(() => cloud.stop());

function request(logicalId: string, properties: Properties, more: object = {}) {
  return {
    stackName: 'shop',
    stackId: 'arn:stack/1',
    logicalId,
    properties,
    rollingBack: false,
    signal: new AbortController().signal,
    ...more,
  };
}

function typeOf(name: string) {
  const type = cloud.host.resourceType(`AWS::SageMaker::${name}`);
  if (!type) throw new Error(`no ${name}`);
  return type;
}

async function create(
  name: string,
  properties: Properties,
  more: object = {},
): Promise<ResourceState> {
  return typeOf(name).create(request(name, properties, more));
}

/** Model and configuration of a version, as a template has them: without names. */
async function version(VERSION: string, variant: object = {}, environment: object = {}) {
  const PrimaryContainer = { Image: IMAGE, Environment: { VERSION, ...environment } };
  const model = await create('Model', { ExecutionRoleArn: 'role', PrimaryContainer });
  const config = await create('EndpointConfig', {
    ProductionVariants: [
      {
        VariantName: 'live',
        ModelName: model.attributes?.ModelName,
        InstanceType: 'ml.m5.large',
        InitialInstanceCount: '1', // templates may write numbers as text
        InitialVariantWeight: 1,
        ...variant,
      },
    ],
  });
  return { model, config, name: config.attributes?.EndpointConfigName as string };
}

const endpointOf = (EndpointConfigName: string, more: object = {}) => ({
  EndpointName: 'shop',
  EndpointConfigName,
  ...more,
});

describe('an endpoint of a template', () => {
  it('is made with its model and configuration, changed in place, and removed', async () => {
    const one = await version('one');
    const endpoint = await create('Endpoint', endpointOf(one.name));
    expect(endpoint).toEqual({
      physicalId: 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/shop',
      attributes: {
        EndpointName: 'shop',
        EndpointArn: 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/shop',
      },
    });
    const two = await version('two');
    expect(two.name).not.toBe(one.name);
    const current = {
      ...endpoint,
      properties: endpointOf(one.name),
      attributes: { EndpointName: 'shop' },
    };
    await typeOf('Endpoint').update?.(request('Endpoint', endpointOf(two.name)), current);
    expect((await cloud.invoke('x')).version).toBe('two');
    const removal = { stackName: 'shop', stackId: 'arn:stack/1', logicalId: 'Endpoint' };
    await typeOf('Endpoint').delete(current, removal);
    await expect(cloud.describe()).rejects.toThrow('Could not find endpoint');
    await typeOf('Endpoint').delete(current, removal);
    for (const [type, state] of [
      ['EndpointConfig', two.config],
      ['Model', two.model],
    ] as const) {
      const gone = { ...state, properties: {}, attributes: state.attributes ?? {} };
      await typeOf(type).delete(gone, removal);
      await typeOf(type).delete(gone, removal);
    }
  });

  it('that cannot be brought up fails with the reason, and leaves nothing', async () => {
    const one = await version('one', {}, {});
    await cloud.model('strange', {}, { Image: 'somewhere/else:2' });
    await cloud.config('strange');
    await expect(create('Endpoint', endpointOf('strange'))).rejects.toMatchObject({
      code: 'NotStabilized',
      message: expect.stringContaining('somewhere/else:2'),
    });
    await expect(cloud.describe()).rejects.toThrow('Could not find endpoint');
    await create('Endpoint', endpointOf(one.name));
  });

  it('whose update is rolled back fails, and is not touched by the way back', async () => {
    const one = await version('one');
    const endpoint = await create('Endpoint', endpointOf(one.name));
    const two = await version(
      'two',
      { ContainerStartupHealthCheckTimeoutInSeconds: 60 },
      { DIES: 'yes' },
    );
    const current = {
      ...endpoint,
      properties: endpointOf(one.name),
      attributes: { EndpointName: 'shop' },
    };
    const update = Promise.resolve(
      typeOf('Endpoint').update?.(request('Endpoint', endpointOf(two.name)), current),
    );
    let isOver = false;
    update.catch(() => {
      isOver = true;
    });
    while (!isOver) await cloud.clock.advance(10_000);
    await expect(update).rejects.toMatchObject({
      code: 'NotStabilized',
      message: expect.stringContaining('did not pass the ping health check'),
    });
    const back = request('Endpoint', endpointOf(one.name), { rollingBack: true });
    await typeOf('Endpoint').update?.(back, { ...current, properties: endpointOf(two.name) });
    expect((await cloud.invoke('x')).version).toBe('one');
  });

  it('goes back to what it was when CloudFormation gives the update up', async () => {
    const one = await version('one', { InitialInstanceCount: 2 });
    const endpoint = await create('Endpoint', endpointOf(one.name));
    const two = await version('two', { InitialInstanceCount: 2 });
    const current = {
      ...endpoint,
      properties: endpointOf(one.name),
      attributes: { EndpointName: 'shop' },
    };
    const cancel = new AbortController();
    const DeploymentConfig = {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 },
          WaitIntervalInSeconds: 600,
        },
      },
    };
    const properties = endpointOf(two.name, { DeploymentConfig });
    const update = typeOf('Endpoint').update?.(
      request('Endpoint', properties, { signal: cancel.signal }),
      current,
    );
    await cloud.until(
      ({ PendingDeploymentSummary: pending }) =>
        pending?.ProductionVariants[0].VariantStatus?.[0].Status === 'Baking',
    );
    cancel.abort();
    await expect(update).rejects.toThrow('CloudFormation cancelled the change.');
    expect(await cloud.describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: one.name,
    });
  });
});

describe('an inference component of a template', () => {
  it('is made on its endpoint, scaled and changed', async () => {
    const config = await create('EndpointConfig', {
      ExecutionRoleArn: 'role',
      ProductionVariants: [
        { VariantName: 'live', InstanceType: 'ml.g5.xlarge', InitialInstanceCount: 1 },
      ],
    });
    await create('Endpoint', endpointOf(String(config.attributes?.EndpointConfigName)));
    const properties = (VERSION: string, CopyCount: number) => ({
      InferenceComponentName: 'net',
      EndpointName: 'shop',
      VariantName: 'live',
      Specification: { Container: { Image: IMAGE, Environment: { VERSION } } },
      RuntimeConfig: { CopyCount },
    });
    const made = await create('InferenceComponent', properties('one', 1));
    expect(made.physicalId).toBe(
      'arn:aws:sagemaker:us-east-1:000000000000:inference-component/net',
    );
    const current = {
      physicalId: made.physicalId,
      attributes: made.attributes ?? {},
      properties: properties('one', 1),
    };
    const update = (next: Properties, before: Properties) =>
      typeOf('InferenceComponent').update?.(request('InferenceComponent', next), {
        ...current,
        properties: before,
      });
    const scaled = await update(properties('one', 2), properties('one', 1));
    expect(scaled?.attributes).toMatchObject({ 'RuntimeConfig.CurrentCopyCount': 2 });
    await update(properties('two', 2), properties('one', 2));
    const answer = await cloud.invoke('x', { InferenceComponentName: 'net' });
    expect(answer.version).toBe('two');
    const removal = { stackName: 'shop', stackId: 'arn:stack/1', logicalId: 'Component' };
    await typeOf('InferenceComponent').delete(current, removal);
    await typeOf('InferenceComponent').delete(current, removal);
  });
});
