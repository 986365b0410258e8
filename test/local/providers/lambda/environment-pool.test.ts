import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { PoolTarget } from '../../../../local/providers/lambda/environment-group.ts';
import { EnvironmentPool } from '../../../../local/providers/lambda/environment-pool.ts';
import type { ExecutionEnvironment } from '../../../../local/providers/lambda/execution-environment.ts';
import type { InitOutcome } from '../../../../local/providers/lambda/outcome.ts';
import type { PoolOptions } from '../../../../local/providers/lambda/pool-options.ts';

/** An environment without a process: a test says what it does. */
class Played {
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

function world(options: Partial<PoolOptions> = {}) {
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

describe('a pool of execution environments', () => {
  it('starts one for the first request and gives it to the next as well', async () => {
    const { pool, launched, target } = world();
    const first = pool.acquire(target('f'));
    launched[0]?.ready();
    expect(await first).toMatchObject({ kind: 'environment', environment: launched[0] });
    launched[0]?.onIdle();
    expect(await pool.acquire(target('f'))).toMatchObject({ environment: launched[0] });
    expect(launched).toHaveLength(1);
  });

  it('lets a third request wait for a busy one, and gives it its own after its patience', async () => {
    const { pool, launched, target, time } = world();
    const requests = [1, 2].map(() => pool.acquire(target('f')));
    for (const each of launched) each.ready();
    await Promise.all(requests);
    void pool.acquire(target('f'));
    await time.advance(49);
    expect(launched).toHaveLength(2);
    await time.advance(1);
    expect(launched).toHaveLength(3);
  });

  it('waits longer for the first ones to start: others would start no sooner', async () => {
    const { pool, launched, target, time } = world();
    for (const _ of [1, 2, 3]) void pool.acquire(target('f'));
    await time.advance(499);
    expect(launched).toHaveLength(2);
    await time.advance(1);
    expect(launched).toHaveLength(3);
  });

  it('leaves a quick function to its first environment, however many ask at once', async () => {
    const { pool, launched, target, time } = world({ quickMs: 5 });
    for (let count = 0; count < 16; count += 1) void pool.acquire(target('f'));
    launched[0]?.ready();
    for (let count = 0; count < 40; count += 1) {
      await time.advance(2);
      launched[0]?.onIdle();
      void pool.acquire(target('f'));
    }
    expect(launched).toHaveLength(1);
  });

  it('gives a function a second one as soon as it has shown that it is not quick', async () => {
    const { pool, launched, target, time } = world({ quickMs: 5 });
    for (const _ of [1, 2, 3]) void pool.acquire(target('f'));
    launched[0]?.ready();
    await launched[0]?.initialized;
    await time.advance(6);
    expect(launched).toHaveLength(1);
    launched[0]?.onIdle();
    expect(launched).toHaveLength(2);
  });

  it('leaves requests to environments that answer soon while the processors are taken', async () => {
    const { pool, launched, target, time } = world({ eager: 1, hasSpareCpu: () => false });
    void pool.acquire(target('f'));
    launched[0]?.ready();
    await launched[0]?.initialized;
    for (let count = 0; count < 20; count += 1) void pool.acquire(target('f'));
    for (let count = 0; count < 15; count += 1) {
      await time.advance(10);
      launched[0]?.onIdle();
    }
    expect(launched).toHaveLength(1);
    // It hangs now: the requests behind it get others.
    await time.advance(2000);
    expect(launched.length).toBeGreaterThan(1);
  });

  it('starts another for a long queue, however quick each answer is', async () => {
    const { pool, launched, target, time } = world({ eager: 1 });
    void pool.acquire(target('f'));
    launched[0]?.ready();
    await launched[0]?.initialized;
    for (let count = 0; count < 100; count += 1) void pool.acquire(target('f'));
    for (let count = 0; count < 15; count += 1) {
      await time.advance(20);
      launched[0]?.onIdle();
    }
    expect(launched.length).toBeGreaterThan(1);
  });

  it('gives a busy environment of a quick function its next event ahead', async () => {
    const { pool, launched, target } = world({ quickMs: 5 });
    void pool.acquire(target('f'));
    launched[0]?.ready();
    await launched[0]?.initialized;
    const [environment] = launched as [Played];
    environment.takesAhead = true;
    expect(await pool.acquire(target('f'))).toMatchObject({ environment });
    environment.takesAhead = false;
    const waiting = pool.acquire(target('f'));
    environment.onAhead();
    expect(await waiting).toMatchObject({ environment });
  });

  it('gives nothing ahead where the one before may take its time', async () => {
    const { pool, launched, target, time } = world({ quickMs: 5, eager: 1 });
    void pool.acquire(target('f'));
    launched[0]?.ready();
    await launched[0]?.initialized;
    (launched[0] as Played).takesAhead = true;
    await time.advance(6);
    const waiting = pool.acquire(target('f'));
    launched[0]?.onAhead();
    expect(await Promise.race([waiting, Promise.resolve('it waits')])).toBe('it waits');
  });

  it('waits longer while the processors are taken', async () => {
    const { pool, launched, target, time } = world({ hasSpareCpu: () => false });
    for (const _ of [1, 2, 3]) void pool.acquire(target('f'));
    await time.advance(749);
    expect(launched).toHaveLength(2);
    await time.advance(1);
    expect(launched).toHaveLength(3);
  });

  it('starts only so many at the same time, whatever function waits, and then the next', () => {
    const { pool, launched, target } = world({ starts: 2 });
    for (const name of ['f', 'g', 'h', 'i']) void pool.acquire(target(name));
    expect(launched).toHaveLength(2);
    launched[0]?.ready();
    return launched[0]?.initialized.then(() => expect(launched).toHaveLength(3));
  });

  it('serves what waits for a function that has changed meanwhile', async () => {
    const { pool, launched, target } = world({ starts: 1 });
    void pool.acquire(target('g'));
    const waiting = pool.acquire(target('f'));
    pool.retire('f');
    launched[0]?.ready();
    await launched[0]?.initialized;
    launched[1]?.ready();
    expect(await waiting).toMatchObject({ kind: 'environment' });
  });

  it('serves waiting requests in their order', async () => {
    const { pool, launched, target } = world({ eager: 1 });
    const order: number[] = [];
    const requests = [1, 2, 3].map(async (n) => {
      await pool.acquire(target('f'));
      order.push(n);
    });
    launched[0]?.ready();
    await requests[0];
    launched[0]?.onIdle();
    await requests[1];
    launched[0]?.onIdle();
    await requests[2];
    expect(order).toEqual([1, 2, 3]);
  });

  it('gives a request up after its time, but not while its environment starts', async () => {
    const { pool, launched, target, time } = world({ limit: 1, eager: 1 });
    const first = pool.acquire(target('f', 1000));
    const second = pool.acquire(target('f', 1000));
    await time.advance(5000);
    expect(await second).toEqual({ kind: 'throttled' });
    launched[0]?.ready();
    expect((await first).kind).toBe('environment');
  });

  it('ends those that have been idle for five minutes, and only those', async () => {
    const { pool, launched, target, time } = world();
    for (const key of ['a', 'b']) void pool.acquire(target(key));
    launched[0]?.ready();
    launched[0]?.onIdle();
    await time.advance(200_000);
    launched[1]?.ready();
    launched[1]?.onIdle();
    await time.advance(100_000);
    expect(launched.map(({ killed }) => killed)).toEqual([true, false]);
    await time.advance(200_000);
    expect(launched.map(({ killed }) => killed)).toEqual([true, true]);
    await Promise.resolve();
    expect(pool.size).toBe(0);
    expect(time.pending).toBe(0);
  });

  it('ends the longest idle one of another function when it is full', async () => {
    const { pool, launched, target, time } = world({ limit: 2 });
    for (const key of ['a', 'b']) {
      void pool.acquire(target(key));
      launched.at(-1)?.ready();
      launched.at(-1)?.onIdle();
      await time.advance(10);
    }
    void pool.acquire(target('c'));
    expect(launched.map(({ killed }) => killed)).toEqual([true, false, false]);
  });

  it('keeps room for functions that have no environment', () => {
    const { pool, launched, target } = world({ limit: 4, eager: 10 });
    for (const _ of [1, 2, 3, 4, 5]) void pool.acquire(target('greedy'));
    expect(launched).toHaveLength(3);
    void pool.acquire(target('modest'));
    expect(launched).toHaveLength(4);
  });

  it('starts one for a waiting function as soon as another lets one go', async () => {
    const { pool, launched, target } = world({ limit: 1 });
    void pool.acquire(target('a'));
    launched[0]?.ready();
    void pool.acquire(target('b'));
    expect(launched).toHaveLength(1);
    launched[0]?.onIdle();
    expect(launched.map(({ killed }) => killed)).toEqual([true, false]);
  });

  it('tells the waiting request when an initialization fails, and tries again for the next', async () => {
    const { pool, launched, target } = world({ eager: 1 });
    const first = pool.acquire(target('f'));
    void pool.acquire(target('f'));
    launched[0]?.settle({ kind: 'timeout' });
    expect(await first).toEqual({ kind: 'init-failed', outcome: { kind: 'timeout' } });
    expect(launched).toHaveLength(2);
  });

  it('starts another when one ends under its request', async () => {
    const { pool, launched, target } = world({ eager: 1 });
    void pool.acquire(target('f'));
    launched[0]?.ready();
    void pool.acquire(target('f'));
    launched[0]?.kill();
    await Promise.resolve();
    expect(launched).toHaveLength(2);
    expect(pool.size).toBe(1);
  });

  it('ends the environments of a changed function: idle ones now, busy ones after their request', async () => {
    const { pool, launched, target } = world();
    for (const _ of [1, 2]) void pool.acquire(target('f'));
    for (const each of launched) each.ready();
    launched[0]?.onIdle();
    pool.retire('f');
    expect(launched.map(({ killed }) => killed)).toEqual([true, false]);
    launched[1]?.onIdle();
    expect(launched[1]?.killed).toBe(true);
  });
});
