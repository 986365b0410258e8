import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudHost } from '../../../../local/host/cloud-host.ts';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { Operation, ResourceRequest } from '../../../../local/host/provider.ts';
import { apiGatewayProvider } from '../../../../local/providers/apigateway/index.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../../local/wire/server.ts';

type Properties = Record<string, unknown>;

export interface ProxyEvent {
  readonly path: string;
  readonly httpMethod: string;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever member they are about.
  readonly [member: string]: any;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** API Gateway on a real port, in front of a Lambda that a test plays. */
export class GatewayCloud {
  readonly state: string;
  readonly clock = new ManualClock();
  /** What the gateway takes for real time. */
  readonly time = new ManualClock();
  readonly host: CloudHost;
  readonly events: ProxyEvent[] = [];
  readonly lines: string[] = [];
  readonly metrics: { MetricName: string; Values: number[]; Counts: number[] }[] = [];
  /** Plays the function: gives Lambda's Invoke answer for an event. */
  answer: (event: ProxyEvent, name: string) => unknown = () => ({ statusCode: 200, body: 'ok' });
  /** Plays InvokeWithResponseStream. */
  stream: Operation = () => ({});
  #server: LoopbackServer | undefined;
  /** How many requests went to a function without Node's HTTP server. */
  plainRequests = 0;

  constructor(state?: string) {
    this.state = state ?? mkdtempSync(join(tmpdir(), 'gateway-test-'));
    const operations: Record<string, Operation> = {
      Invoke: async ({ FunctionName, Payload }) => {
        const event = JSON.parse(Payload.toString());
        this.events.push(event);
        const value = await this.answer(event, FunctionName);
        if (value instanceof FunctionFailure) return { FunctionError: 'Unhandled', Payload: '{}' };
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return { StatusCode: 200, Payload: Buffer.from(text) };
      },
      InvokeWithResponseStream: (input) => this.stream(input),
    };
    this.host = new CloudHost({
      folder: this.state,
      clock: this.clock,
      log: {
        info() {},
        warn() {},
        error: (message, cause) => this.lines.push(`${message} ${cause}`),
      },
      endpoint: 'http://127.0.0.1:8080',
      providers: {
        apigateway: (host) => apiGatewayProvider(host, { time: this.time }),
        lambda: () => ({ operations, resources: {} }),
        logs: () => ({
          operations: {
            PutLogEvents: ({ logEvents }) => {
              for (const { message } of logEvents) this.lines.push(message);
            },
          },
          resources: {},
        }),
        cloudwatch: () => ({
          operations: { PutMetricData: ({ MetricData }) => void this.metrics.push(...MetricData) },
          resources: {},
        }),
      },
    });
  }

  async start(): Promise<void> {
    await this.host.start();
    const gateway = this.host.services.get('apigateway');
    this.#server = await listenOnLoopback(0);
    this.#server.serve(
      (request, response) => gateway?.http?.(request, response),
      (request, to) => {
        const isTaken = gateway?.plain?.(request, to) ?? false;
        if (isTaken) this.plainRequests += 1;
        return isTaken;
      },
    );
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.host.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.state, { recursive: true, force: true });
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Makes a CloudFormation resource and gives what Ref gives. */
  async create(type: string, properties: Properties): Promise<string> {
    const { physicalId } = await this.resource(type, properties);
    return physicalId;
  }

  async resource(type: string, properties: Properties) {
    const request: ResourceRequest = {
      stackName: 'stack',
      stackId: 'arn:stack',
      logicalId: 'Logical',
      properties,
      rollingBack: false,
      signal: new AbortController().signal,
    };
    const resource = this.host.resourceType(`AWS::ApiGateway::${type}`);
    if (!resource) throw new Error(`no resource type ${type}`);
    return resource.create(request);
  }

  /** An API with a document, deployed to the stage `v1`; gives its id. */
  async deploy(document: Properties, stage: Properties = {}): Promise<string> {
    const RestApiId = await this.create('RestApi', { Body: document, Mode: 'overwrite' });
    const DeploymentId = await this.create('Deployment', { RestApiId });
    await this.create('Stage', { RestApiId, DeploymentId, StageName: 'v1', ...stage });
    return RestApiId;
  }

  call<T = Record<string, never>>(operation: string, input: Properties): Promise<T> {
    return this.host.call<T>('apigateway', operation, input);
  }

  request(method: string, path: string, options: RequestOptions = {}): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const { body } = options;
      // Node's client would ask for the end of the connection, which is not plain any more.
      const headers = { connection: 'keep-alive', ...options.headers };
      const outgoing = httpRequest(
        { port: this.port, host: '127.0.0.1', method, path, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const { statusCode: status = 0, headers: got } = response;
            resolve({ status, headers: got, body: bytes.toString(), bytes });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.request('GET', path, { headers });
  }
}

export interface RequestOptions {
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** What a played function answers when it has failed. */
export class FunctionFailure {}

/** A proxy integration with the alias `live` of a function. */
export function proxyTo(name: string, more: Properties = {}): Properties {
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}:live`;
  return {
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
      ...more,
    },
  };
}

/** A document with these paths and binary bodies. */
export function openApi(paths: Properties, more: Properties = {}): Properties {
  return {
    openapi: '3.0.1',
    info: { title: 'test', version: '1' },
    'x-amazon-apigateway-binary-media-types': ['*/*'],
    paths,
    ...more,
  };
}

export const ANY = 'x-amazon-apigateway-any-method';
