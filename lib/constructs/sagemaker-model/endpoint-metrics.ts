import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { variantNames } from '../../../serving/contract/endpoint.ts';

/** Which calls a metric counts: those of one fleet of an endpoint, or of an inference component. */
export type EndpointScope =
  | {
      readonly endpoint: string;
      /**
       * Name of an endpoint configuration: the fleet that was made from it, without the one that it
       * takes over from. @default - all fleets together
       */
      readonly configuration?: string;
    }
  | { readonly component: string };

/** Names, dimensions and units of SageMaker's metrics, in one place. */
export class EndpointMetrics {
  readonly scope: EndpointScope;

  constructor(scope: EndpointScope) {
    this.scope = scope;
  }

  /** Requests sent to the containers. */
  invocations(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Invocations', 'Sum', options);
  }

  /** Requests that a container answered with 5XX, or not at all. */
  errors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Invocation5XXErrors', 'Sum', options);
  }

  /** What a container takes to answer, in microseconds, as the 95th percentile. */
  modelLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ModelLatency', 'p95', options);
  }

  /** Requests that found no copy of the model. */
  withoutCapacity(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NoCapacityInvocationFailures', 'Sum', options);
  }

  private metric(metricName: string, statistic: string, options?: cloudwatch.MetricOptions) {
    return new cloudwatch.Metric({
      namespace: 'AWS/SageMaker',
      metricName,
      dimensionsMap: this.dimensions(),
      statistic,
      period: Duration.minutes(1),
      ...options,
    });
  }

  private dimensions(): Record<string, string> {
    if ('component' in this.scope) return { InferenceComponentName: this.scope.component };
    const { endpoint, configuration } = this.scope;
    return {
      EndpointName: endpoint,
      VariantName: variantNames.production,
      ...(configuration && { EndpointConfigName: configuration }),
    };
  }
}
