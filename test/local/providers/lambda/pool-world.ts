import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { PoolTarget } from '../../../../local/providers/lambda/environment-group.ts';
import { EnvironmentPool } from '../../../../local/providers/lambda/environment-pool.ts';
import type { ExecutionEnvironment } from '../../../../local/providers/lambda/execution-environment.ts';
import type { InitOutcome } from '../../../../local/providers/lambda/outcome.ts';
import type { PoolOptions } from '../../../../local/providers/lambda/pool-options.ts';

export class Played {
  onIdle = () => {};
  onAhead = () => {};
  onTurn = () => {};
  onEnded = () => {};
  takesAhead = false;
  killed = false;
  settle: (outcome: InitOutcome) => void = () => {};
  readonly initialized = new Promise<InitOutcome>((resolve) => {
    this.settle = resolve;
  });

  ready() {
    this.settle({ kind: 'ready' });
    this.onIdle();
  }

  kill() {
    this.killed = true;
    queueMicrotask(() => this.onEnded());
  }
}

export function world(options: Partial<PoolOptions> = {}) {
  const time = new ManualClock();
  const pool = new EnvironmentPool({
    time,
    limit: 8,
    eager: 2,
    quickMs: 0,
    starts: 8,
    patienceMs: 50,
    idleMs: 300_000,
    hasSpareCpu: () => true,
    ...options,
  });
  const launched: Played[] = [];
  const target = (key: string, queueMs = 3000): PoolTarget => ({
    key,
    queueMs,
    launch: () => {
      const played = new Played();
      launched.push(played);
      const environment = played as unknown as ExecutionEnvironment;
      return { environment, initialized: played.initialized };
    },
  });
  return { time, pool, launched, target };
}
