import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { StandIn } from '../../../../local/host/stand-in.ts';
import { createApplicationAutoscalingProvider } from '../../../../local/providers/application-autoscaling/index.ts';
import { createCloudwatchProvider } from '../../../../local/providers/cloudwatch/index.ts';
import { createLogsProvider } from '../../../../local/providers/logs/index.ts';
import { createS3Provider } from '../../../../local/providers/s3/index.ts';
import { sagemakerProvider } from '../../../../local/providers/sagemaker/index.ts';
import type { SagemakerOptions } from '../../../../local/providers/sagemaker/options.ts';
import { createSnsProvider } from '../../../../local/providers/sns/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

export const IMAGE = '000000000000.dkr.ecr.us-east-1.amazonaws.com/tiny:1';

const tiny: StandIn = {
  image: /\/tiny:/,
  entryPoint: [
    process.execPath,
    new URL('../../../fixtures/tiny-container.ts', import.meta.url).pathname,
  ],
  environment: { FROM_STAND_IN: 'yes' },
};

export interface Answer {
  readonly version: string;
  readonly pid: number;
  readonly echo?: string;
  readonly text?: string;
  readonly value?: string;
  readonly headers?: Record<string, string>;
}

/** A cloud with SageMaker and what it calls, and the tiny container in place of every image. */
export class EndpointCloud {
  readonly host: TestHost<ManualClock>['host'];
  readonly clock: ManualClock;
  readonly folder: string;
  readonly stop: () => Promise<void>;
  /** What the one function of this cloud does with its event. */
  onInvoke: (payload: string) => void = () => {};

  constructor(cloud: TestHost<ManualClock>) {
    this.host = cloud.host;
    this.clock = cloud.clock;
    this.folder = cloud.folder;
    this.stop = cloud.stop;
  }

  static async start(
    options: Partial<SagemakerOptions> = {},
    state: { folder?: string; clock?: ManualClock } = {},
  ): Promise<EndpointCloud> {
    const quick = {
      startPingMs: 10,
      restartMs: 20,
      startCrashes: Number.POSITIVE_INFINITY,
      ...options,
    };
    let made: EndpointCloud | undefined;
    const Invoke = ({ Payload }: { Payload: Buffer }) => made?.onInvoke(Payload.toString());
    const cloud = await createTestHost({
      ...state,
      standIns: [tiny],
      providers: {
        cloudwatch: createCloudwatchProvider,
        logs: createLogsProvider,
        s3: createS3Provider,
        sns: createSnsProvider,
        lambda: () => ({ operations: { Invoke }, resources: {} }),
        'application-autoscaling': createApplicationAutoscalingProvider,
        sagemaker: (host) => sagemakerProvider(host, quick),
      },
    });
    made = new EndpointCloud(cloud);
    return made;
  }

  // biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
  call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
    return this.host.call<T>('sagemaker', operation, input);
  }

  /** A model whose containers have this environment. */
  async model(name: string, Environment: Record<string, string> = {}, more: object = {}) {
    await this.call('CreateModel', {
      ModelName: name,
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/test',
      PrimaryContainer: { Image: IMAGE, Environment, ...more },
    });
  }

  /** A configuration with one variant, `live`, of the model of the same name. */
  async config(name: string, variant: object = {}, more: object = {}): Promise<void> {
    await this.call('CreateEndpointConfig', {
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'live',
          ModelName: name,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
          ...variant,
        },
      ],
      ...more,
    });
  }

  /** Model, configuration and endpoint in one; resolves when the endpoint is settled. */
  async endpoint(name: string, variant: object = {}, more: object = {}): Promise<void> {
    await this.model(name, { VERSION: name });
    await this.config(name, variant, more);
    await this.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: name });
    await this.until((endpoint) => endpoint.EndpointStatus !== 'Creating');
  }

  /** A further version: model and configuration. */
  async version(name: string, variant: object = {}, environment: object = {}): Promise<void> {
    await this.model(name, { VERSION: name, ...environment });
    await this.config(name, variant);
  }

  describe() {
    return this.call('DescribeEndpoint', { EndpointName: 'shop' });
  }

  /** The endpoint, as soon as it is as wanted; containers need real time, and nobody tells when. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  until(isWanted: (endpoint: any) => boolean): Promise<any> {
    return eventually(async () => {
      const endpoint = await this.describe();
      return isWanted(endpoint) ? endpoint : undefined;
    });
  }

  async invoke(body: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const { Body } = await this.invokeRaw(body, more);
    return JSON.parse(Body.toString());
  }

  invokeRaw(
    body: string,
    more: Record<string, unknown> = {},
  ): Promise<{ Body: Buffer; ContentType: string; InvokedProductionVariant: string }> {
    return this.call('InvokeEndpoint', { EndpointName: 'shop', Body: Buffer.from(body), ...more });
  }

  /** What so many requests, one after the other, were answered by. */
  async versions(count: number): Promise<string[]> {
    const seen: string[] = [];
    for (let i = 0; i < count; i++) seen.push((await this.invoke('x')).version);
    return seen;
  }

  /** Sum of a metric of the variant `live`, or of these dimensions. */
  async sum(MetricName: string, dimensions?: Record<string, string>): Promise<number> {
    await this.clock.advance(1000);
    const named = dimensions ?? { EndpointName: 'shop', VariantName: 'live' };
    const { Datapoints } = await this.host.call<{ Datapoints: { Sum: number }[] }>(
      'cloudwatch',
      'GetMetricStatistics',
      {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions: Object.entries(named).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(this.clock.now() - 86_400_000),
        EndTime: new Date(this.clock.now() + 60_000),
        Period: 86_400,
        Statistics: ['Sum'],
      },
    );
    return Datapoints.reduce((total, { Sum }) => total + Sum, 0);
  }

  async bucket(name: string): Promise<void> {
    await this.host.call('s3', 'CreateBucket', { Bucket: name });
  }

  async put(Bucket: string, Key: string, Body: string | Buffer): Promise<void> {
    await this.host.call('s3', 'PutObject', { Bucket, Key, Body });
  }

  async read(Bucket: string, Key: string): Promise<string> {
    const { Body } = await this.host.call<{ Body: { transformToString(): Promise<string> } }>(
      's3',
      'GetObject',
      { Bucket, Key },
    );
    return Body.transformToString();
  }

  async keys(Bucket: string): Promise<string[]> {
    const { Contents = [] } = await this.host.call<{ Contents?: { Key: string }[] }>(
      's3',
      'ListObjectsV2',
      { Bucket },
    );
    return Contents.map(({ Key }) => Key);
  }
}

/** What `look` finds, once it finds something. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function tarGz(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const sources = Object.entries(entries).map(([name, body]) => ({
    header: { name, size: Buffer.byteLength(body) },
    body,
  }));
  return gzipSync(await packTar(sources));
}
