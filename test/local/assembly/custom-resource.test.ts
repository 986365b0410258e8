import { afterEach, expect, test } from 'vitest';
import { awaitStack } from '../../../local/assembly/await-stack.ts';
import type { CreateProvider } from '../../../local/host/provider.ts';
import { createCloudFormationProvider } from '../../../local/providers/cloudformation/index.ts';
import { createS3Provider } from '../../../local/providers/s3/index.ts';
import { startTestCloud, type TestCloud } from '../../fixtures/local-cloud.ts';

type Event = Record<string, unknown> & { ResponseURL: string; ResourceProperties: unknown };
type Handler = (event: Event) => object | undefined;

let cloud: TestCloud | undefined;

afterEach(async () => {
  await cloud?.stop();
});

/** Lambda with one function, which puts what the handler says to the event's ResponseURL. */
function functionThat(handler: Handler, seen: Event[]): CreateProvider {
  return () => ({
    operations: {
      Invoke: async ({ Payload }: { Payload: Buffer }) => {
        const event = JSON.parse(Payload.toString()) as Event;
        seen.push(event);
        const answer = handler(event);
        if (!answer) return { FunctionError: 'Unhandled', Payload: Buffer.from('it crashed') };
        await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
        return { StatusCode: 200, Payload: Buffer.from('null') };
      },
    },
    resources: {},
  });
}

async function deploy(handler: Handler, Properties: object = {}) {
  const seen: Event[] = [];
  cloud = await startTestCloud({
    providers: {
      s3: createS3Provider,
      lambda: functionThat(handler, seen),
      cloudformation: createCloudFormationProvider,
    },
  });
  const change = async (operation: string, properties: object) => {
    const host = (cloud as TestCloud).host;
    const TemplateBody = JSON.stringify({
      Resources: {
        Own: { Type: 'Custom::Own', Properties: { ServiceToken: 'fn', ...properties } },
      },
      Outputs: {
        Id: { Value: { Ref: 'Own' } },
        Word: { Value: { 'Fn::GetAtt': ['Own', 'Word'] } },
      },
    });
    await host.call('cloudformation', operation, { StackName: 'custom', TemplateBody });
    return awaitStack(host, 'custom');
  };
  return { seen, change, stack: await change('CreateStack', Properties) };
}

test('the function gets the event and its answer becomes the resource', async () => {
  const { seen, stack } = await deploy(
    () => ({ Status: 'SUCCESS', PhysicalResourceId: 'id-1', Data: { Word: 'hello' } }),
    { Count: 3, Nested: { Flag: true } },
  );
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect(Object.fromEntries(stack.Outputs.map((o) => [o.OutputKey, o.OutputValue]))).toEqual({
    Id: 'id-1',
    Word: 'hello',
  });
  expect(seen[0]).toMatchObject({
    RequestType: 'Create',
    ResourceType: 'Custom::Own',
    LogicalResourceId: 'Own',
    StackId: stack.StackId,
    ResourceProperties: { ServiceToken: 'fn', Count: '3', Nested: { Flag: 'true' } },
  });
});

test('an update that answers another id makes CloudFormation delete the old one', async () => {
  let id = 0;
  const { seen, change } = await deploy(() => ({
    Status: 'SUCCESS',
    PhysicalResourceId: `id-${++id}`,
    Data: { Word: 'x' },
  }));
  const stack = await change('UpdateStack', { Count: 2 });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect(seen.map((event) => [event.RequestType, event.PhysicalResourceId])).toEqual([
    ['Create', undefined],
    ['Update', 'id-1'],
    ['Delete', 'id-1'],
  ]);
});

test.each<[string, Handler]>([
  ['not today', () => ({ Status: 'FAILED', Reason: 'not today' })],
  ['it crashed', () => undefined],
])('a function that fails, %s, fails the stack', async (reason, handler) => {
  const { stack } = await deploy(handler);
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  const events = await (cloud as TestCloud).host.call<{
    StackEvents: { ResourceStatusReason?: string }[];
  }>('cloudformation', 'DescribeStackEvents', { StackName: 'custom' });
  const reasons = events.StackEvents.map((event) => event.ResourceStatusReason ?? '');
  expect(reasons.some((text) => text.includes(reason))).toBe(true);
});
