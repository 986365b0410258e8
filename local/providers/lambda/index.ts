import { availableParallelism, totalmem } from 'node:os';
import type { Host } from '../../host/host.ts';
import type { CreateProvider, Provider } from '../../host/provider.ts';
import { realTime } from '../../host/real-time.ts';
import { Lambda, type LambdaOptions } from './lambda.ts';
import { lambdaOperations } from './operations.ts';
import { lambdaResources } from './resources.ts';
import { lambdaRoutes } from './routes.ts';
import { SpareCpu } from './spare-cpu.ts';

/** An environment with a small model takes about this much, and half the memory is for others. */
const ENVIRONMENT_BYTES = 128 * 1024 * 1024;

function defaults(): LambdaOptions {
  const spareCpu = new SpareCpu();
  return {
    time: realTime,
    random: Math.random,
    platform: { platform: process.platform, arch: process.arch },
    environments: Math.max(4, Math.min(64, Math.floor(totalmem() / 2 / ENVIRONMENT_BYTES))),
    eager: availableParallelism(),
    quickMs: 5,
    starts: availableParallelism(),
    patienceMs: 50,
    idleMs: 5 * 60_000,
    hasSpareCpu: () => spareCpu.check(),
    spare: true,
  };
}

/** Lambda: functions, versions, aliases, layers, and the processes that run them. */
export const createLambdaProvider: CreateProvider = (host) => lambdaProvider(host, {});

export function lambdaProvider(host: Host, options: Partial<LambdaOptions>): Provider {
  const lambda = new Lambda(host, { ...defaults(), ...options });
  return {
    operations: lambdaOperations(lambda),
    resources: lambdaResources(lambda),
    routes: lambdaRoutes,
    start: () => lambda.start(),
    stop: () => lambda.stop(),
  };
}
