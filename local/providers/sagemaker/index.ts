import type { Host } from '../../host/host.ts';
import type { CreateProvider, Provider } from '../../host/provider.ts';
import { realTime } from '../../host/real-time.ts';
import { LogBatch } from '../../telemetry/log-batch.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { ContainerLauncher } from './container-launcher.ts';
import { DataCapture } from './data-capture.ts';
import { EndpointConfigs } from './endpoint-config.ts';
import { EndpointMetrics } from './endpoint-metrics.ts';
import { Endpoints } from './endpoints.ts';
import { FleetFactory } from './fleet-factory.ts';
import { InferenceComponents } from './inference-components.ts';
import { Caller } from './invocation.ts';
import { MinuteReport } from './minute-report.ts';
import { Models } from './model.ts';
import { ModelData } from './model-data.ts';
import { sagemakerOperations } from './operations.ts';
import type { SagemakerOptions } from './options.ts';
import { sagemakerResources } from './resources.ts';
import { sagemakerRoutes } from './routes.ts';
import { Runtime } from './runtime.ts';
import { TransformJobs } from './transform-jobs.ts';

const defaults: SagemakerOptions = {
  time: realTime,
  random: Math.random,
  invocationMs: 60_000,
  pingLimitMs: 2000,
  startPingMs: 50,
  pingMs: 5000,
  failedPings: 3,
  startCrashes: 5,
  restartMs: 1000,
  killMs: 30_000,
};

/** SageMaker hosting: models, endpoints, inference components and transform jobs, and their containers. */
export const createSagemakerProvider: CreateProvider = (host) => sagemakerProvider(host, {});

export function sagemakerProvider(host: Host, given: Partial<SagemakerOptions>): Provider {
  const options = { ...defaults, ...given };
  const launcher = new ContainerLauncher(host, options.time);
  const data = new ModelData(host);
  const fleets = new FleetFactory({ host, launcher, options }, data);
  const models = new Models(host);
  const configs = new EndpointConfigs(host, models);
  const endpoints = new Endpoints(host, fleets);
  const components = new InferenceComponents(host, fleets);
  const metrics = new EndpointMetrics(host);
  const capture = new DataCapture(host, options.random);
  const caller = new Caller(host, options.time, metrics);
  const runtime = new Runtime({ host, options, endpoints, components, caller, metrics, capture });
  const asyncs = new AsyncInvocations({ host, options, endpoints, caller, metrics });
  const transforms = new TransformJobs({ host, models, fleets, logs: new LogBatch(host) });
  const report = new MinuteReport({ host, endpoints, components, asyncs, metrics });
  const parts = { host, models, configs, endpoints, components, runtime, asyncs, transforms };
  const operations = sagemakerOperations(parts);
  return {
    operations,
    resources: sagemakerResources({ operations, endpoints, components }),
    routes: sagemakerRoutes,
    start: async () => {
      launcher.endLeftovers();
      endpoints.start();
      components.start();
      asyncs.start();
      transforms.start();
      report.start();
    },
    stop: async () => {
      report.stop();
      asyncs.stop();
      const transformed = transforms.stop();
      await Promise.all([endpoints.stop(), components.stop()]);
      await launcher.stop();
      await transformed;
      await Promise.all([metrics.flush(), capture.flush()]);
    },
  };
}
