import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { Container } from '../../../../local/providers/sagemaker/container.ts';
import type { SagemakerOptions } from '../../../../local/providers/sagemaker/options.ts';
import { Rota } from '../../../../local/providers/sagemaker/rota.ts';

function setUp() {
  const clock = new ManualClock();
  const options = {
    time: clock,
    random: () => 0,
    invocationMs: 1000,
    pingLimitMs: 10,
    startPingMs: 50,
  } as Partial<SagemakerOptions> as SagemakerOptions;
  return { clock, rota: new Rota(options) };
}

/** A container whose pings are answered as its state says. */
function container(name: string) {
  const state = { name, outstanding: 0, isEnded: false, isWell: true };
  return Object.assign(state, {
    reserve: () => {
      state.outstanding += 1;
    },
    ping: async () => state.isWell,
  }) as unknown as typeof state & Container;
}

describe('Rota', () => {
  it('gives the container with the fewest requests, and among equals each in turn', async () => {
    const { rota } = setUp();
    const [one, two] = [container('one'), container('two')];
    rota.enter(one);
    rota.enter(two);
    const given = [await rota.acquire(), await rota.acquire(), await rota.acquire()];
    expect(given.slice(0, 2)).toEqual(expect.arrayContaining([one, two]));
    expect([one.outstanding, two.outstanding].sort()).toEqual([1, 2]);
  });

  it('gives nothing to a container that broke a connection off until it answers a ping', async () => {
    const { clock, rota } = setUp();
    const [one, two] = [container('one'), container('two')];
    rota.enter(one);
    rota.enter(two);
    one.isWell = false;
    rota.doubt(one);
    for (let request = 0; request < 3; request++) expect(await rota.acquire()).toBe(two);
    one.isWell = true;
    await clock.advance(50);
    expect(rota.has(one)).toBe(true);
    expect(await rota.acquire()).toBe(one);
  });

  it('forgets a doubted container that has left', async () => {
    const { clock, rota } = setUp();
    const one = container('one');
    rota.enter(one);
    one.isWell = false;
    rota.doubt(one);
    rota.leave(one);
    one.isWell = true;
    await clock.advance(50);
    expect(rota.size).toBe(0);
  });

  it('lets requests wait for a container, and gives them none in the end', async () => {
    const { clock, rota } = setUp();
    const early = rota.acquire();
    const one = container('one');
    rota.enter(one);
    expect(await early).toBe(one);
    rota.leave(one);
    const late = rota.acquire();
    await clock.advance(1000);
    expect(await late).toBeUndefined();
    rota.close();
    expect(await rota.acquire()).toBeUndefined();
  });
});
