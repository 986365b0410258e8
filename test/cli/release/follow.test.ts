import { describe, expect, it } from 'vitest';
import type { ReleaseReader, RolloutSnapshot } from '../../../cli/cloud/rollout.ts';
import { followRollout } from '../../../cli/release/follow.ts';

const since = new Date(0);

function snapshot(weight: number): RolloutSnapshot {
  return { deploymentId: 'd-2', weights: { '2': weight }, versions: {}, alarms: [] };
}

/** A reader whose looks are told beforehand; an Error is a look that fails. */
function readerOf(looks: (RolloutSnapshot | Error | undefined)[]): ReleaseReader {
  let next: RolloutSnapshot | Error | undefined;
  return {
    newestDeployment: async () => {
      next = looks.shift();
      if (next instanceof Error) throw next;
      return next?.deploymentId ?? 'd-1';
    },
    snapshot: async () => next as RolloutSnapshot,
  } as unknown as ReleaseReader;
}

describe('Following a rollout', () => {
  it('looks until the deployment has settled, and once more', async () => {
    const looks = [undefined, snapshot(0.1), snapshot(0.1), snapshot(1)];
    const seen: RolloutSnapshot[] = [];
    let settle = () => {};
    const deployed = new Promise<void>((done) => {
      settle = done;
    });
    const last = await followRollout(readerOf(looks), deployed, {
      before: 'd-1',
      since,
      everyMs: 0,
      onLook: (look) => {
        seen.push(look);
        if (seen.length === 2) settle();
      },
    });
    expect(last?.weights).toEqual({ '2': 1 });
    expect(seen).toHaveLength(3);
  });

  it('gives nothing when the change needed no rollout', async () => {
    const options = { before: 'd-1', since, everyMs: 0, onLook: () => {} };
    expect(await followRollout(readerOf([]), Promise.resolve(), options)).toBeUndefined();
  });

  it('goes on after a look that fails', async () => {
    const looks = [new Error('throttled'), snapshot(1)];
    const seen: RolloutSnapshot[] = [];
    let settle = () => {};
    const deployed = new Promise<void>((done) => {
      settle = done;
    });
    const following = followRollout(readerOf(looks), deployed, {
      before: 'd-1',
      since,
      everyMs: 0,
      onLook: (look) => {
        seen.push(look);
        settle();
      },
    });
    expect((await following)?.weights).toEqual({ '2': 1 });
  });

  it('ends when the deployment is rejected, and leaves the reason to its owner', async () => {
    const options = { before: 'd-1', since, everyMs: 0, onLook: () => {} };
    const deployed = Promise.reject(new Error('rolled back'));
    const last = await followRollout(readerOf([snapshot(0), snapshot(0)]), deployed, options);
    expect(last?.deploymentId).toBe('d-2');
    await expect(deployed).rejects.toThrow('rolled back');
  });
});
