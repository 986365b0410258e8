import type { Host } from '../../host/host.ts';
import type { PoolTarget } from './environment-group.ts';
import type { FunctionMetrics, MetricScope } from './function-metrics.ts';
import type { FunctionReference } from './function-name.ts';
import { isVersion } from './function-name.ts';
import type { FunctionRecord } from './function-record.ts';
import type { FunctionStore } from './function-store.ts';

/** What one version needs to answer requests that came by one qualifier. */
export interface Destination {
  readonly record: FunctionRecord;
  readonly target: PoolTarget;
  readonly scope: MetricScope;
}

/** Where requests for a function and qualifier go. */
export interface InvocationRoute {
  readonly functionName: string;
  readonly functionArn: string;
  readonly reservedConcurrency: number | undefined;
  /** The main destination last: what the others leave is its share. */
  readonly destinations: readonly { readonly weight: number; readonly to: Destination }[];
}

/** Finds the way of a request; found ways are kept until the function changes. */
export class InvocationRoutes {
  readonly #host: Host;
  readonly #store: FunctionStore;
  readonly #metrics: FunctionMetrics;
  readonly #targetOf: (record: FunctionRecord) => PoolTarget;
  readonly #routes = new Map<string, Map<string, InvocationRoute>>();

  constructor(
    host: Host,
    store: FunctionStore,
    metrics: FunctionMetrics,
    targetOf: (record: FunctionRecord) => PoolTarget,
  ) {
    this.#host = host;
    this.#store = store;
    this.#metrics = metrics;
    this.#targetOf = targetOf;
  }

  find({ name, qualifier }: FunctionReference): InvocationRoute {
    const known = this.#routes.get(name)?.get(qualifier ?? '');
    if (known) return known;
    const route = this.#make(name, qualifier);
    let ofFunction = this.#routes.get(name);
    if (!ofFunction) {
      ofFunction = new Map();
      this.#routes.set(name, ofFunction);
    }
    ofFunction.set(qualifier ?? '', route);
    return route;
  }

  forget(name: string): void {
    this.#routes.delete(name);
  }

  #make(name: string, qualifier: string | undefined): InvocationRoute {
    const { reservedConcurrency } = this.#store.attributes(name);
    const arn = this.#host.arn('lambda', `function:${name}`);
    return {
      functionName: name,
      functionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
      reservedConcurrency,
      destinations: this.#weights(name, qualifier).map(([version, weight]) => {
        const record = this.#store.version(name, version);
        const scope = this.#metrics.scope(name, qualifier, version);
        return { weight, to: { record, target: this.#targetOf(record), scope } };
      }),
    };
  }

  #weights(name: string, qualifier = '$LATEST'): [version: string, weight: number][] {
    if (isVersion(qualifier)) return [[qualifier, 1]];
    const alias = this.#store.alias(name, qualifier);
    const others = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
    return [...others, [alias.FunctionVersion, 1]];
  }
}

/** The destination for a number from 0 up to 1. */
export function choose({ destinations }: InvocationRoute, random: () => number): Destination {
  if (destinations.length > 1) {
    let left = random();
    for (const { weight, to } of destinations) {
      if (left < weight) return to;
      left -= weight;
    }
  }
  return destinations[destinations.length - 1]?.to as Destination;
}
