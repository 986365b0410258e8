import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { CreateProvider, Provider } from '../../host/provider.ts';
import { realTime } from '../../host/real-time.ts';
import { LogBatch } from '../../telemetry/log-batch.ts';
import { ApiKeys } from './api-keys.ts';
import { ApiStore } from './api-store.ts';
import { Gateway } from './gateway.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { LambdaIntegration } from './lambda-integration.ts';
import { apiGatewayOperations } from './operations.ts';
import { Quotas } from './quota.ts';
import { apiGatewayResources } from './resources.ts';
import { apiGatewayRoutes } from './routes.ts';

export interface ApiGatewayOptions {
  /** Real time: throttles, quotas and integration timeouts do not run on the cloud's clock. */
  readonly time: Clock;
}

/** API Gateway: REST APIs, and the requests to them. */
export const createApigatewayProvider: CreateProvider = (host) => apiGatewayProvider(host, {});

export function apiGatewayProvider(
  host: Host,
  { time = realTime }: Partial<ApiGatewayOptions>,
): Provider {
  const store = new ApiStore(host);
  const quotas = new Quotas(time, store.usage);
  const keys = new ApiKeys(store, quotas, time);
  const logs = new LogBatch(host);
  const metrics = new GatewayMetrics(host);
  const lambda = new LambdaIntegration(host, time);
  const gateway = new Gateway({ host, time, store, keys, lambda, logs, metrics });
  store.onChange = () => {
    keys.forget();
    gateway.forget();
  };
  return {
    operations: apiGatewayOperations({ host, store }),
    resources: apiGatewayResources({ host, store }),
    routes: apiGatewayRoutes,
    http: (request, response) => gateway.handle(request, response),
    plain: (request, to) => gateway.handlePlain(request, to),
    async stop() {
      quotas.save();
      await Promise.all([logs.flush(), metrics.flush()]);
    },
  };
}
