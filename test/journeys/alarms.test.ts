import {
  CloudWatchClient,
  type Dimension,
  GetDashboardCommand,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataQuery,
  paginateDescribeAlarms,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assemblyOf, outcomesOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const yaml = `
rollout: {strategy: canary, percent: 50, minutes: 5}
alarms: {errorRate: 0.05, p95LatencyMs: 400, minRequests: 10}
`;
const minute = 60_000;

/** Widgets without metrics of their own, by title, with the reason. */
const withoutMetrics: Readonly<Record<string, string>> = {
  'Released version': 'It shows the state of an alarm.',
};

/** Models that pass their checks and stumble later, each in its own way. */
const models = repositoryOf({
  brittle: { yaml, versions: { 1: scaleModel.fails(2) } },
  sluggish: { yaml, versions: { 1: scaleModel.slow(3) } },
});

describe('What is watched is what is measured', () => {
  let rehearsal: Rehearsal;
  let cloudWatch: CloudWatchClient;
  let lambda: LambdaClient;

  beforeAll(async () => {
    rehearsal = await Rehearsal.open();
    cloudWatch = new CloudWatchClient(rehearsal.client);
    lambda = new LambdaClient({ ...rehearsal.client, maxAttempts: 1 });
    const outcomes = outcomesOf(await rehearsal.deploy(await assemblyOf(models)));
    expect(outcomes).toEqual(Array(4).fill('created'));
    // A first invocation is a cold start, which the latency leaves out.
    for (const model of ['brittle', 'sluggish']) {
      expect((await rehearsal.send(model, Array(12).fill(requests.usual))).statuses).toEqual({
        200: 12,
      });
    }
    await rehearsal.clock.advance(minute);
  });

  afterAll(async () => {
    cloudWatch?.destroy();
    lambda?.destroy();
    await rehearsal?.close();
  });

  it('every widget of the dashboard has data', async () => {
    const dashboard = await cloudWatch.send(
      new GetDashboardCommand({ DashboardName: 'siskin-dev' }),
    );
    const { widgets } = JSON.parse(dashboard.DashboardBody ?? '') as { widgets: Widget[] };
    expect(widgets.length).toBeGreaterThan(3);
    for (const { properties } of widgets) {
      const queries = queriesOf(properties.metrics ?? [], 'brittle');
      if (queries.length === 0) {
        expect(withoutMetrics, properties.title).toHaveProperty([properties.title]);
        continue;
      }
      expect(await emptyOnes(queries), properties.title).toEqual([]);
    }
  });

  it('every metric of every alarm has data, under just those dimensions', async () => {
    const emitted = await emittedMetrics();
    const alarms = await metricAlarms();
    expect(alarms).toHaveLength(6);
    for (const alarm of alarms) {
      for (const { MetricStat } of queriesOfAlarm(alarm)) {
        if (MetricStat?.Metric) expect(emitted).toContain(nameOf(MetricStat.Metric));
      }
      const queries = queriesOfAlarm(alarm).map((query) => ({ ...query, ReturnData: true }));
      expect(await emptyOnes(queries), alarm.AlarmName).toEqual([]);
    }
  });

  it('every alarm is raised by what it watches for, and falls silent after it', async () => {
    const raised = new Set<string>();
    const observe = async () => {
      for (const [name, state] of await alarmStates()) if (state === 'ALARM') raised.add(name);
    };
    await rehearsal.send('brittle', Array(6).fill(requests.beyondTable));
    await rehearsal.send('sluggish', Array(4).fill(requests.muchWork), 1);
    await throttle('brittle');
    await throttle('sluggish');
    for (let passed = 0; passed < 3; passed += 1) {
      await rehearsal.clock.advance(minute);
      await observe();
    }
    const expected = [...(await alarmStates()).keys()].filter(
      (name) =>
        /model-brittle-.*(ErrorRate|Throttles)/.test(name) ||
        /model-sluggish-.*(Latency|Throttles)/.test(name) ||
        name.startsWith('siskin-dev/'),
    );
    expect([...raised].toSorted()).toEqual(expected.toSorted());
    expect(expected).toHaveLength(6);

    await rehearsal.clock.advance(10 * minute);
    for (const model of ['brittle', 'sluggish']) {
      await rehearsal.send(model, Array(12).fill(requests.usual));
    }
    await rehearsal.clock.advance(2 * minute);
    expect(new Set((await alarmStates()).values())).toEqual(new Set(['OK']));
  });

  /** Refuses calls of a model as an account without concurrency would. */
  async function throttle(model: string): Promise<void> {
    const FunctionName = `siskin-dev-${model}`;
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    );
    const refused = await rehearsal.infer(model, requests.usual);
    expect(refused.status).toBeGreaterThanOrEqual(429);
    await refused.body?.cancel();
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }

  /** Labels of the queries that find nothing since the start. */
  async function emptyOnes(MetricDataQueries: MetricDataQuery[]): Promise<(string | undefined)[]> {
    const now = rehearsal.clock.now();
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Math.floor(now / minute) * minute - 30 * minute),
        EndTime: new Date(now + minute),
        MetricDataQueries,
      }),
    );
    const empty = MetricDataQueries.filter(
      ({ Id, ReturnData }) =>
        ReturnData !== false &&
        !MetricDataResults.some((one) => one.Id === Id && (one.Values ?? []).length > 0),
    );
    return empty.map(({ Id, Expression }) => Expression ?? Id);
  }

  async function emittedMetrics(): Promise<string[]> {
    const names: string[] = [];
    for await (const page of paginateListMetrics({ client: cloudWatch }, {})) {
      names.push(...(page.Metrics ?? []).map(nameOf));
    }
    return names;
  }

  async function metricAlarms(): Promise<MetricAlarm[]> {
    const alarms: MetricAlarm[] = [];
    for await (const page of paginateDescribeAlarms({ client: cloudWatch }, {})) {
      alarms.push(...(page.MetricAlarms ?? []));
    }
    return alarms;
  }

  async function alarmStates(): Promise<Map<string, string>> {
    const states = new Map<string, string>();
    const input = { AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
    for await (const page of paginateDescribeAlarms({ client: cloudWatch }, input)) {
      for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
        states.set(alarm.AlarmName ?? '', alarm.StateValue ?? '');
      }
    }
    return states;
  }
});

interface Widget {
  readonly properties: { readonly title: string; readonly metrics?: WidgetMetric[] };
}

type WidgetMetric = readonly [{ expression: string; id?: string; visible?: boolean }];

/** A widget's metrics as queries, with the chosen model in the place of the dashboard's variable. */
function queriesOf(metrics: readonly WidgetMetric[], model: string): MetricDataQuery[] {
  return metrics.map(([{ expression, id, visible }], at) => ({
    Id: id ?? `widget${at}`,
    Expression: expression.replaceAll('CHOSEN_MODEL', model),
    ReturnData: visible !== false,
  }));
}

/** An alarm on one metric says it in other members than one on an expression. */
function queriesOfAlarm(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics?.length) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period, Statistic } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  return [{ Id: 'only', MetricStat: { Metric, Period, Stat: Statistic } }];
}

function nameOf(metric: {
  Namespace?: string | undefined;
  MetricName?: string | undefined;
  Dimensions?: Dimension[] | undefined;
}): string {
  const dimensions = (metric.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`);
  return [metric.Namespace, metric.MetricName, ...dimensions.toSorted()].join(' ');
}
