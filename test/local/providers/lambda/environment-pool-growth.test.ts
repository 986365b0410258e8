import { describe, expect, it } from 'vitest';
import { type Played, world } from './pool-world.ts';

describe('the growth of a pool of execution environments', () => {
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
});
