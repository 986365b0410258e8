import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { metrics } from '../../../serving/contract/metrics.ts';

/** Which requests a metric counts: those of a model, or of one of its published versions. */
export interface MetricScope {
  /** The model's name as its folder spells it. */
  readonly model: string;
  readonly functionName: string;
  readonly alias: string;
  /** Number of a published Lambda version. @default - all versions together */
  readonly functionVersion?: string;
}

/**
 * Names and dimensions of a model's metrics, in one place: an alarm on dimensions that nobody emits
 * stays silent for ever.
 */
export class ModelMetrics {
  readonly scope: MetricScope;

  constructor(scope: MetricScope) {
    this.scope = scope;
  }

  /** Inference requests answered, whatever the status. */
  requests(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.siskin(metrics.requests, 'Sum', options);
  }

  /** Failures inside the model's own execution. */
  modelErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.siskin(metrics.modelErrors, 'Sum', options);
  }

  /** Failures of the serving code. */
  serverErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.siskin(metrics.serverErrors, 'Sum', options);
  }

  /** Milliseconds from event to answer without cold starts, as the 95th percentile. */
  latency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.siskin(metrics.latency, 'p95', options);
  }

  /** Calls that came through the alias. */
  invocations(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.lambda('Invocations', options);
  }

  /** Calls through the alias that ended without an answer of the handler: crash, timeout, no memory. */
  crashes(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.lambda('Errors', options);
  }

  /** Calls that Lambda refused. It does so before it chooses a version. */
  throttles(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      dimensionsMap: { FunctionName: this.scope.functionName },
      statistic: 'Sum',
      period: oneMinute,
      ...options,
    });
  }

  private siskin(metricName: string, statistic: string, options?: cloudwatch.MetricOptions) {
    const { model, functionVersion } = this.scope;
    return new cloudwatch.Metric({
      namespace: metrics.namespace,
      metricName,
      dimensionsMap: {
        Model: model,
        ...(functionVersion && { FunctionVersion: functionVersion }),
      },
      statistic,
      period: oneMinute,
      ...options,
    });
  }

  private lambda(metricName: string, options?: cloudwatch.MetricOptions) {
    const { functionName, alias, functionVersion } = this.scope;
    return new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: {
        FunctionName: functionName,
        Resource: `${functionName}:${alias}`,
        ...(functionVersion && { ExecutedVersion: functionVersion }),
      },
      statistic: 'Sum',
      period: oneMinute,
      ...options,
    });
  }
}

const oneMinute = Duration.minutes(1);
