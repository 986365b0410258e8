import { describe, expect, it } from 'vitest';
import { world } from './pool-world.ts';

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
