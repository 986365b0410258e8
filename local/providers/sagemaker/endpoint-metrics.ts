import type { Host } from '../../host/host.ts';
import { type Dimensions, MetricBatch } from '../../telemetry/metric-batch.ts';

/** Where a request counts: a variant of an endpoint, or an inference component on it. */
export interface MetricScope {
  readonly dimensions: Dimensions;
  /** Name of the metric of requests by container. */
  readonly perContainer: 'InvocationsPerInstance' | 'InvocationsPerCopy';
}

export interface Measured {
  /** Containers among which the requests are shared. */
  readonly containers: number;
  /** The container's status; undefined when it gave none. */
  readonly status: number | undefined;
  readonly modelMs: number;
  readonly overheadMs: number;
  readonly outstanding: number;
}

/** AWS/SageMaker's metrics, with the dimensions and units that SageMaker gives them. */
export class EndpointMetrics {
  readonly #batch: MetricBatch;
  readonly #scopes = new Map<string, MetricScope>();

  constructor(host: Host) {
    this.#batch = new MetricBatch(host, 'AWS/SageMaker');
  }

  variant(endpoint: string, variant: string): MetricScope {
    return this.#scope(`${endpoint} ${variant}`, () => ({
      dimensions: [
        { Name: 'EndpointName', Value: endpoint },
        { Name: 'VariantName', Value: variant },
      ],
      perContainer: 'InvocationsPerInstance',
    }));
  }

  /** A variant, and the same for its fleet alone: by that an alarm tells the new fleet from the old. */
  fleet(
    endpoint: string,
    { name, configuration }: { readonly name: string; readonly configuration?: string },
  ): MetricScope[] {
    const both = this.variant(endpoint, name);
    if (configuration === undefined) return [both];
    const own = this.#scope(`${endpoint} ${name} ${configuration}`, () => ({
      ...both,
      dimensions: [...both.dimensions, { Name: 'EndpointConfigName', Value: configuration }],
    }));
    return [both, own];
  }

  component(name: string): MetricScope {
    return this.#scope(name, () => ({
      dimensions: [{ Name: 'InferenceComponentName', Value: name }],
      perContainer: 'InvocationsPerCopy',
    }));
  }

  endpoint(name: string): MetricScope {
    return this.#scope(`${name} *`, () => ({
      dimensions: [{ Name: 'EndpointName', Value: name }],
      perContainer: 'InvocationsPerInstance',
    }));
  }

  invocation({ dimensions, perContainer }: MetricScope, measured: Measured): void {
    const { containers, status = 500 } = measured;
    const add = (name: string, value: number, unit = 'None') =>
      this.#batch.add(name, unit, value, dimensions);
    add('Invocations', 1);
    add(perContainer, 1 / Math.max(1, containers));
    add('Invocation4XXErrors', status >= 400 && status < 500 ? 1 : 0);
    add('Invocation5XXErrors', status >= 500 ? 1 : 0);
    add('InvocationModelErrors', status >= 400 ? 1 : 0);
    add('ModelLatency', microseconds(measured.modelMs), 'Microseconds');
    add('OverheadLatency', microseconds(measured.overheadMs), 'Microseconds');
    const isCopy = perContainer === 'InvocationsPerCopy';
    add(isCopy ? 'ConcurrentRequestsPerCopy' : 'ConcurrentRequestsPerModel', measured.outstanding);
  }

  /** Nothing came: without a value no alarm would see that containers are idle. */
  idle({ dimensions, perContainer }: MetricScope): void {
    this.#batch.add(perContainer, 'None', 0, dimensions);
  }

  /** A request to a component without copies. */
  noCapacity({ dimensions }: MetricScope): void {
    this.#batch.add('NoCapacityInvocationFailures', 'None', 1, dimensions);
  }

  /** How much waits at an asynchronous endpoint. */
  backlog({ dimensions }: MetricScope, waiting: number, containers: number): void {
    const add = (name: string, value: number) => this.#batch.add(name, 'None', value, dimensions);
    add('ApproximateBacklogSize', waiting);
    if (containers > 0) add('ApproximateBacklogSizePerInstance', waiting / containers);
    add('HasBacklogWithoutCapacity', containers === 0 && waiting > 0 ? 1 : 0);
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }

  /** The batch tells dimensions apart by identity. */
  #scope(key: string, make: () => MetricScope): MetricScope {
    let scope = this.#scopes.get(key);
    if (!scope) {
      scope = make();
      this.#scopes.set(key, scope);
    }
    return scope;
  }
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}
