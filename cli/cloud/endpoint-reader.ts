import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { SignedCall } from '../../serving/aws/signed-call.ts';
import { variantNames } from '../../serving/contract/endpoint.ts';
import type { ReleaseReader, RolloutSnapshot } from './rollout.ts';
import type { VersionFigures } from './version-metrics.ts';

/** DescribeEndpoint's answer, as far as a release needs it. */
interface EndpointDescription {
  readonly EndpointConfigName: string;
  readonly EndpointStatus: string;
  readonly FailureReason?: string;
  readonly PendingDeploymentSummary?: {
    readonly EndpointConfigName: string;
    readonly ProductionVariants?: readonly {
      readonly VariantStatus?: readonly { readonly Status: string }[];
    }[];
  };
  readonly LastDeploymentConfig?: {
    readonly AutoRollbackConfiguration?: {
      readonly Alarms?: readonly { readonly AlarmName: string }[];
    };
  };
}

/** DescribeEndpointConfig's answer, as far as a release needs it. */
interface ConfigDescription {
  /** Seconds since the epoch, by the cloud's clock. */
  readonly CreationTime: number;
  readonly ProductionVariants: readonly { readonly ModelName?: string }[];
}

export interface EndpointClients {
  readonly call: SignedCall;
  readonly lambda: LambdaClient;
  readonly cloudWatch: CloudWatchClient;
}

/**
 * Reads the releases of a model on a SageMaker endpoint. The endpoint's guardrails move its traffic;
 * the front's alias follows at once when they have ended, so that one Lambda version has it all.
 */
export class EndpointReader implements ReleaseReader {
  readonly #clients: EndpointClients;
  readonly #endpoint: string;
  readonly #functionName: string;

  constructor(
    clients: EndpointClients,
    { endpoint, functionName }: { readonly endpoint: string; readonly functionName: string },
  ) {
    this.#clients = clients;
    this.#endpoint = endpoint;
    this.#functionName = functionName;
  }

  /** A release is known by the endpoint configuration that it brings. */
  async newestDeployment(): Promise<string | undefined> {
    return newestConfig(await this.#describe());
  }

  async snapshot(_since: Date): Promise<RolloutSnapshot> {
    const endpoint = await this.#describe();
    const { EndpointStatus, FailureReason, PendingDeploymentSummary } = endpoint;
    const stage = PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus?.[0]?.Status;
    const alias = await this.#clients.lambda.send(
      new GetAliasCommand({ FunctionName: this.#functionName, Name: 'live' }),
    );
    const version = alias.FunctionVersion ?? '?';
    return {
      deploymentId: newestConfig(endpoint),
      status: EndpointStatus,
      ...(FailureReason && { reason: FailureReason }),
      ...(stage && { stage }),
      ...(isDown(EndpointStatus) && { isDown: true }),
      weights: { [version]: 1 },
      versions: { [version]: await this.#figuresOf(newestConfig(endpoint)) },
      alarms: await this.#alarms(endpoint),
    };
  }

  /** Those of the newest release, whichever version the front has: it does not tell fleets apart. */
  async figures(): Promise<VersionFigures> {
    return await this.#figuresOf(newestConfig(await this.#describe()));
  }

  /** As the alarms count them: of the fleet that a configuration brought, since there is one. */
  async #figuresOf(EndpointConfigName: string): Promise<VersionFigures> {
    const config = await this.#ask<ConfigDescription>('DescribeEndpointConfig', {
      EndpointConfigName,
    });
    const since = new Date(config.CreationTime * 1000);
    // A fleet of inference components has no models, and metrics only as a whole.
    const ownFleet = config.ProductionVariants.every(({ ModelName }) => ModelName)
      ? [{ Name: 'EndpointConfigName', Value: EndpointConfigName }]
      : [];
    const query = (id: string, MetricName: string, Stat = 'Sum', Period = 60) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/SageMaker',
          MetricName,
          Dimensions: [
            { Name: 'EndpointName', Value: this.#endpoint },
            { Name: 'VariantName', Value: variantNames.production },
            ...ownFleet,
          ],
        },
        Period,
        Stat,
      },
    });
    const answer = await this.#clients.cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: since,
        // The cloud's clock may be ahead of ours; nothing lies in its future.
        EndTime: new Date(since.getTime() + horizon),
        MetricDataQueries: [
          query('requests', 'Invocations'),
          query('errors', 'Invocation5XXErrors'),
          query('latency', 'ModelLatency', 'p95', 3600),
        ],
        ScanBy: 'TimestampDescending',
      }),
    );
    const values = new Map(answer.MetricDataResults?.map((one) => [one.Id, one.Values ?? []]));
    const sum = (id: string) => (values.get(id) ?? []).reduce((total, value) => total + value, 0);
    const microseconds = values.get('latency')?.[0];
    return {
      requests: sum('requests'),
      errors: sum('errors'),
      ...(microseconds !== undefined && { p95LatencyMs: microseconds / 1000 }),
    };
  }

  async #describe(): Promise<EndpointDescription> {
    return await this.#ask('DescribeEndpoint', { EndpointName: this.#endpoint });
  }

  async #ask<T>(operation: string, input: Readonly<Record<string, string>>): Promise<T> {
    const { body } = await this.#clients.call({
      service: 'sagemaker',
      hostPrefix: 'api.sagemaker',
      operation,
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `SageMaker.${operation}`,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(30_000),
    });
    return JSON.parse(body.toString('utf8'));
  }

  async #alarms({ LastDeploymentConfig }: EndpointDescription): Promise<RolloutSnapshot['alarms']> {
    const named = LastDeploymentConfig?.AutoRollbackConfiguration?.Alarms ?? [];
    if (named.length === 0) return [];
    const answer = await this.#clients.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: named.map(({ AlarmName }) => AlarmName) }),
    );
    return (answer.MetricAlarms ?? []).map((alarm) => ({
      name: alarm.AlarmName ?? '',
      state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
      reason: alarm.StateReason ?? '',
    }));
  }
}

const horizon = 3 * 24 * 3600 * 1000;

function newestConfig(endpoint: EndpointDescription): string {
  return endpoint.PendingDeploymentSummary?.EndpointConfigName ?? endpoint.EndpointConfigName;
}

/** A rolled back update leaves an endpoint in service; these states serve nobody. */
function isDown(status: string): boolean {
  return status === 'Failed' || status === 'OutOfService' || status === 'UpdateRollbackFailed';
}
