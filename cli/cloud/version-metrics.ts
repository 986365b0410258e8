import {
  CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { metrics } from '../../serving/contract/metrics.ts';

/** What one Lambda version did since a moment. */
export interface VersionFigures {
  /** Calls through the alias. */
  readonly requests: number;
  /** Model errors and server errors; crashes that never reached the handler are Lambda's. */
  readonly errors: number;
  /** Of the newest hour with requests; absent without warm requests. */
  readonly p95LatencyMs?: number;
}

/** Metrics of a model's Lambda versions, read as anybody would: GetMetricData. */
export class VersionMetrics {
  readonly #client: CloudWatchClient;

  constructor(client = new CloudWatchClient({})) {
    this.#client = client;
  }

  /** Figures by Lambda version. `functionName` is the deployed function; `since` is cloud time. */
  async read(
    model: string,
    functionName: string,
    versions: readonly string[],
    since: Date,
  ): Promise<Map<string, VersionFigures>> {
    const queries = versions.flatMap((version, at) =>
      versionQueries(model, functionName, version, at),
    );
    if (queries.length === 0) return new Map();
    const answer = await this.#client.send(
      new GetMetricDataCommand({
        StartTime: since,
        // The cloud's clock may be ahead of ours; nothing lies in its future.
        EndTime: new Date(since.getTime() + horizon),
        MetricDataQueries: queries,
        ScanBy: 'TimestampDescending',
      }),
    );
    const values = new Map(answer.MetricDataResults?.map((one) => [one.Id, one.Values ?? []]));
    return new Map(
      versions.map((version, at) => {
        const of = (name: string) => values.get(`${name}${at}`) ?? [];
        const latency = of('latency')[0];
        const errors = sum(of('model')) + sum(of('server')) + sum(of('lambda'));
        const figures = { requests: sum(of('requests')), errors };
        return [version, latency === undefined ? figures : { ...figures, p95LatencyMs: latency }];
      }),
    );
  }
}

const horizon = 3 * 24 * 3600 * 1000;

function versionQueries(
  model: string,
  functionName: string,
  version: string,
  at: number,
): MetricDataQuery[] {
  const own = [
    { Name: 'Model', Value: model },
    { Name: 'FunctionVersion', Value: version },
  ];
  const lambda = [
    { Name: 'FunctionName', Value: functionName },
    { Name: 'Resource', Value: `${functionName}:live` },
    { Name: 'ExecutedVersion', Value: version },
  ];
  const query = (
    id: string,
    Namespace: string,
    MetricName: string,
    Dimensions: typeof own,
    Stat = 'Sum',
    Period = 60,
  ): MetricDataQuery => ({
    Id: `${id}${at}`,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat },
  });
  return [
    // As the alarms count them: the pre-traffic check calls the version itself, and proves nothing.
    query('requests', 'AWS/Lambda', 'Invocations', lambda),
    query('model', metrics.namespace, metrics.modelErrors, own),
    query('server', metrics.namespace, metrics.serverErrors, own),
    query('lambda', 'AWS/Lambda', 'Errors', lambda),
    query('latency', metrics.namespace, metrics.latency, own, 'p95', 3600),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
