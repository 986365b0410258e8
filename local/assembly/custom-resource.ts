import { randomUUID } from 'node:crypto';
import { AwsError } from '../host/aws-error.ts';
import { wait } from '../host/clock.ts';
import type { Host } from '../host/host.ts';
import type { ResourceState, ResourceType } from '../host/provider.ts';

/** Where functions put their answers; AWS has a bucket of its own for that as well. */
const ANSWERS = 'cloudformation-custom-resource-response-useast1';
/** CloudFormation's own default: an hour. */
const DEFAULT_TIMEOUT_SECONDS = 3600;
/** How often it looks for an answer that did not come with the function's end, in cloud time. */
const POLL_INTERVAL = 1000;

interface Answer {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Record<string, unknown>;
}

interface Asked {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/**
 * A resource that a function makes: it gets CloudFormation's event and puts its answer to the
 * event's ResponseURL.
 */
export function createCustomResourceType(host: Host, type: string): ResourceType {
  const ask = async (asked: Asked, event: Record<string, unknown>): Promise<Answer> => {
    const key = `${asked.stackName}/${asked.logicalId}/${randomUUID()}`;
    await host.call('s3', 'CreateBucket', { Bucket: ANSWERS });
    await invoke(host, asked, {
      ...event,
      RequestId: randomUUID(),
      ResponseURL: presignedUrl(host, key),
      ResourceType: type,
      LogicalResourceId: asked.logicalId,
      StackId: asked.stackId,
      ServiceToken: asked.properties.ServiceToken,
      ResourceProperties: toStrings(asked.properties),
    });
    const answer = await readAnswer(host, key, asked);
    if (answer.Status === 'SUCCESS') return answer;
    throw new AwsError(
      'CustomResourceFailed',
      `Received response status [FAILED] from custom resource. Message returned: ${answer.Reason}`,
    );
  };

  return {
    create: async (request) => {
      const answer = await ask(request, { RequestType: 'Create' });
      return stateOf(answer, answer.PhysicalResourceId ?? `${request.stackName}-${randomUUID()}`);
    },
    update: async (request, current) => {
      const answer = await ask(request, {
        RequestType: 'Update',
        PhysicalResourceId: current.physicalId,
        OldResourceProperties: toStrings(current.properties),
      });
      return stateOf(answer, answer.PhysicalResourceId ?? current.physicalId);
    },
    delete: async (current, request) => {
      const asked = { ...request, properties: current.properties };
      const event = { RequestType: 'Delete', PhysicalResourceId: current.physicalId };
      await ask(asked, event);
    },
  };
}

function stateOf({ Data }: Answer, physicalId: string): ResourceState {
  return { physicalId, attributes: Data ?? {} };
}

/**
 * AWS invokes asynchronously and learns of a crash only by the timeout. Here the function's end is
 * awaited, so that a crash fails the resource at once and with its reason.
 */
async function invoke(host: Host, { properties }: Asked, event: Record<string, unknown>) {
  const { FunctionError, Payload } = await host.call<{ FunctionError?: string; Payload?: Buffer }>(
    'lambda',
    'Invoke',
    {
      FunctionName: properties.ServiceToken,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(JSON.stringify(event)),
    },
  );
  if (!FunctionError) return;
  throw new AwsError('CustomResourceFailed', `The function failed: ${Payload?.toString()}`);
}

async function readAnswer(host: Host, key: string, { properties, signal }: Asked): Promise<Answer> {
  const seconds = Number(properties.ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
  const deadline = host.clock.now() + seconds * 1000;
  for (;;) {
    const text = await takeObject(host, key);
    if (text !== undefined) return parseAnswer(text);
    if (host.clock.now() >= deadline) {
      throw new AwsError(
        'CustomResourceFailed',
        `CloudFormation did not receive a response from your Custom Resource within ${seconds} seconds`,
      );
    }
    await wait(host.clock, POLL_INTERVAL, signal);
  }
}

async function takeObject(host: Host, Key: string): Promise<string | undefined> {
  const at = { Bucket: ANSWERS, Key };
  try {
    const { Body } = await host.call<{ Body: { transformToString(): Promise<string> } }>(
      's3',
      'GetObject',
      at,
    );
    const text = await Body.transformToString();
    await host.call('s3', 'DeleteObject', at);
    return text;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey') return undefined;
    throw error;
  }
}

function parseAnswer(text: string): Answer {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError(
      'CustomResourceFailed',
      `Invalid response from custom resource: ${JSON.stringify(text.slice(0, 200))} is not JSON`,
    );
  }
}

/** An URL that lets whoever has it put one object. The signature is not verified here. */
function presignedUrl(host: Host, key: string): string {
  const time = new Date(host.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `cloudformation/${time.slice(0, 8)}/${host.region}/s3/aws4_request`,
    'X-Amz-Date': time,
    'X-Amz-Expires': '7200',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0'.repeat(64),
  });
  return `${host.endpoint}/${ANSWERS}/${key}?${query}`;
}

/** CloudFormation hands every number and boolean to a custom resource as text. */
function toStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toStrings);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toStrings(item)]));
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
