import { aws_cloudwatch as cloudwatch, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { metrics } from '../../../serving/contract/metrics.ts';
import { liveAlias, namesOf } from '../../config/names.ts';

export interface PlatformDashboardProps {
  readonly stage: string;
  /**
   * The model shown first.
   *
   * @default - none: the viewer chooses
   */
  readonly firstModel?: string | undefined;
  /**
   * Whether any model has a SageMaker endpoint, whose own figures are then shown as well.
   *
   * @default - false
   */
  readonly hasEndpoints?: boolean;
}

/** Stands for the chosen model in every widget; CloudWatch replaces the text when one is chosen. */
const chosenModel = 'CHOSEN_MODEL';

/**
 * One dashboard for all models, with a variable: a dashboard per model would cost three dollars a
 * month each. Everything is searched by Lambda version, so releases need no change here.
 */
export class PlatformDashboard extends Construct {
  constructor(scope: Construct, id: string, props: PlatformDashboardProps) {
    super(scope, id);
    const { stage, firstModel, hasEndpoints = false } = props;
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: namesOf(stage).dashboard,
      defaultInterval: Duration.hours(3),
      variables: [modelVariable(firstModel)],
    });
    dashboard.addWidgets(
      graph('Requests per minute, by Lambda version', [
        perVersion(metrics.requests, 'Sum', 'requests'),
      ]),
      graph('Share of the requests in %, by Lambda version (weight of the alias)', [shares()]),
    );
    dashboard.addWidgets(
      graph('Errors per minute, by Lambda version', [
        perVersion(metrics.modelErrors, 'Sum', 'model errors'),
        perVersion(metrics.serverErrors, 'Sum', 'server errors'),
        crashes(stage),
      ]),
      graph(
        'Latency in ms without cold starts, by Lambda version',
        ['p50', 'p95', 'p99'].map((statistic) => perVersion(metrics.latency, statistic, statistic)),
      ),
    );
    if (hasEndpoints) dashboard.addWidgets(...endpointGraphs(stage));
    dashboard.addWidgets(this.alarmState(stage));
  }

  private alarmState(stage: string): cloudwatch.IWidget {
    const alarmArn = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: `alarm:${namesOf(stage).stateAlarm(chosenModel)}`,
    });
    return new cloudwatch.AlarmStatusWidget({
      title: 'Released version',
      width: 24,
      height: 3,
      alarms: [cloudwatch.Alarm.fromAlarmArn(this, 'State', alarmArn)],
    });
  }
}

/** Fills itself with every model that has sent metrics. */
function modelVariable(firstModel: string | undefined): cloudwatch.IVariable {
  return new cloudwatch.DashboardVariable({
    id: 'model',
    label: 'Model',
    type: cloudwatch.VariableType.PATTERN,
    inputType: cloudwatch.VariableInputType.SELECT,
    value: chosenModel,
    values: cloudwatch.Values.fromSearch(
      `{${metrics.namespace},Model} MetricName="${metrics.requests}"`,
      'Model',
    ),
    ...(firstModel && { defaultValue: cloudwatch.DefaultValue.value(firstModel) }),
  });
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 12, height: 7 });
}

function perVersion(metric: string, statistic: string, label: string): cloudwatch.MathExpression {
  const schema = `{${metrics.namespace},Model,FunctionVersion}`;
  const query = `${schema} Model="${chosenModel}" MetricName="${metric}"`;
  return search(query, statistic, `${label}, version ${dimensionValue('FunctionVersion')}`);
}

function shares(): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: '100 * requests / SUM(requests)',
    usingMetrics: { requests: perVersion(metrics.requests, 'Sum', 'requests') },
    label: '',
    period: oneMinute,
  });
}

/**
 * Crashes and timeouts, which never reach the handler. Lambda counts them by function name, so a model
 * whose name is not an AWS name shows none here; its alarm sees them all the same.
 */
function crashes(stage: string): cloudwatch.MathExpression {
  const functionName = namesOf(stage).modelFunction(chosenModel);
  return search(
    `{AWS/Lambda,FunctionName,Resource,ExecutedVersion} Resource="${functionName}:${liveAlias}" MetricName="Errors"`,
    'Sum',
    `crashes, version ${dimensionValue('ExecutedVersion')}`,
  );
}

/** What the containers see, without front and way. As with crashes, the name must be an AWS name. */
function endpointGraphs(stage: string): cloudwatch.IWidget[] {
  const schema = '{AWS/SageMaker,EndpointName,VariantName}';
  const query = (metric: string) =>
    `${schema} EndpointName="${namesOf(stage).endpoint(chosenModel)}" MetricName="${metric}"`;
  const label = (text: string) => `${text}, variant ${dimensionValue('VariantName')}`;
  return [
    graph('Endpoint: requests and errors per minute, by variant', [
      search(query('Invocations'), 'Sum', label('requests')),
      search(query('Invocation5XXErrors'), 'Sum', label('5XX')),
    ]),
    graph(
      'Endpoint: time of the model in microseconds, by variant',
      ['p50', 'p95'].map((statistic) => search(query('ModelLatency'), statistic, label(statistic))),
    ),
  ];
}

/** CloudWatch's placeholder for a dimension's value in the label of a found metric. */
function dimensionValue(dimension: string): string {
  return `\${PROP('Dim.${dimension}')}`;
}

function search(query: string, statistic: string, label: string): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: `SEARCH('${query}', '${statistic}', 60)`,
    usingMetrics: {},
    label,
    period: oneMinute,
  });
}

const oneMinute = Duration.minutes(1);
