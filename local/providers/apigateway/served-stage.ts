import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { LogBatch, LogStream } from '../../telemetry/log-batch.ts';
import { AccessLogFormat } from './access-log.ts';
import type {
  ApiDefinition,
  Integration,
  MethodDefinition,
  ResourceDefinition,
} from './api-definition.ts';
import type { ApiRecord, DeploymentRecord, MethodSettings, StageRecord } from './api-store.ts';
import type { EventFrame } from './event-template.ts';
import type { GatewayMetrics, StageMetrics } from './gateway-metrics.ts';
import { binaryMatcher } from './media-types.ts';
import { settingKey } from './method-setting.ts';
import { quote } from './name-value-list.ts';
import { RouteTable } from './route-table.ts';
import { TokenBucket } from './token-bucket.ts';

/** API Gateway's throttle of an account, which every stage is under. */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5000;

/** A method as it is served: all that its requests have in common is made ready. */
export interface ServedMethod {
  readonly resourcePath: string;
  readonly resourceId: string;
  readonly definition: MethodDefinition;
  readonly integration: Integration | undefined;
  /** Name, alias or ARN of the function behind a proxy integration. */
  readonly functionName: string | undefined;
  readonly frame: EventFrame;
  readonly bucket: TokenBucket | undefined;
}

type ServedResource = Readonly<Record<string, ServedMethod>>;

export interface ServedStageOptions {
  readonly host: Host;
  readonly logs: LogBatch;
  readonly metrics: GatewayMetrics;
  readonly time: Clock;
}

/** A stage as it is served: its deployment, ready for requests. */
export class ServedStage {
  readonly api: ApiRecord;
  readonly stage: StageRecord;
  readonly definition: ApiDefinition;
  readonly routes: RouteTable<ServedResource>;
  readonly isBinary: (contentType: string) => boolean;
  /** Under `*` and `*`, or the account's. */
  readonly bucket: TokenBucket;
  readonly accessLog: { readonly stream: LogStream; readonly format: AccessLogFormat } | undefined;
  readonly metrics: StageMetrics;
  readonly #host: Host;
  readonly #now: number;

  constructor(
    { host, logs, metrics, time }: ServedStageOptions,
    api: ApiRecord,
    stage: StageRecord,
    deployment: DeploymentRecord,
  ) {
    this.#host = host;
    this.#now = time.now();
    this.metrics = metrics.stage(api.name, stage.stageName);
    this.api = api;
    this.stage = stage;
    this.definition = deployment.definition;
    this.isBinary = binaryMatcher(this.definition.binaryMediaTypes);
    this.bucket =
      this.#bucket(stage.methodSettings['*/*']) ??
      new TokenBucket(ACCOUNT_RATE, ACCOUNT_BURST, this.#now);
    this.routes = new RouteTable(this.definition.resources, (each) => this.#serve(each));
    const { accessLogSettings: log } = stage;
    const group = log && /:log-group:([^:]+)/.exec(log.destinationArn)?.[1];
    this.accessLog = group
      ? {
          stream: logs.stream(group, streamName(api.id, stage)),
          format: new AccessLogFormat(log.format),
        }
      : undefined;
  }

  #serve(resource: ResourceDefinition): ServedResource {
    const methods = Object.entries(resource.methods).map(([verb, definition]) => [
      verb,
      this.#method(resource, verb, definition),
    ]);
    return Object.fromEntries(methods);
  }

  #method(resource: ResourceDefinition, verb: string, definition: MethodDefinition): ServedMethod {
    const { integration } = definition;
    const { methodSettings } = this.stage;
    const settings =
      methodSettings[settingKey(resource.path, verb)] ??
      methodSettings[settingKey(resource.path, '*')];
    return {
      resourcePath: resource.path,
      resourceId: resource.id,
      definition,
      integration,
      functionName: integration && functionIn(integration.uri, this.stage.variables ?? {}),
      frame: this.#frame(resource),
      bucket: this.#bucket(settings),
    };
  }

  #frame({ id, path }: ResourceDefinition): EventFrame {
    const { api, stage } = this;
    const context = {
      resourceId: id,
      resourcePath: path,
      accountId: this.#host.account,
      protocol: 'HTTP/1.1',
      stage: stage.stageName,
      domainPrefix: api.id,
      deploymentId: stage.deploymentId,
      apiId: api.id,
    };
    return {
      resource: quote(path),
      context: JSON.stringify(context).slice(1, -1),
      stageVariables: stage.variables ? JSON.stringify(stage.variables) : 'null',
      stage: stage.stageName,
    };
  }

  #bucket(settings: MethodSettings | undefined): TokenBucket | undefined {
    const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = settings ?? {};
    if (rate === undefined && burst === undefined) return undefined;
    return new TokenBucket(rate ?? ACCOUNT_RATE, burst ?? ACCOUNT_BURST, this.#now);
  }
}

/** `.../functions/<ARN>/invocations`, with stage variables filled in. */
function functionIn(uri: string, variables: Readonly<Record<string, string>>): string | undefined {
  const arn = /\/functions\/(.+?)\/(?:response-streaming-)?invocations$/.exec(uri)?.[1];
  return arn?.replace(/\$\{stageVariables\.(\w+)\}/g, (_all, name) => variables[name] ?? '');
}

function streamName(api: string, { stageName, deploymentId }: StageRecord): string {
  return `${api}/${stageName}/${deploymentId}`;
}
