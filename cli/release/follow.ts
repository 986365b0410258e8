import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseReader, RolloutSnapshot } from '../cloud/rollout.ts';

export interface FollowOptions {
  /** The deployment that was newest before the stack was touched. */
  readonly before: string | undefined;
  readonly since: Date;
  readonly everyMs: number;
  /** Called with each look at the rollout, from the moment its deployment exists. */
  readonly onLook: (snapshot: RolloutSnapshot) => void;
}

/**
 * Looks at a model's rollout again and again while `deployed` is pending, and once more when it has
 * settled. Gives the last look, or undefined when the change needed no rollout. A look that fails is
 * no reason to disturb the deployment: the next one may succeed.
 */
export async function followRollout(
  reader: ReleaseReader,
  deployed: Promise<unknown>,
  options: FollowOptions,
): Promise<RolloutSnapshot | undefined> {
  let settled = false;
  const end = deployed.then(
    () => undefined,
    () => undefined,
  );
  end.then(() => {
    settled = true;
  });
  let last: RolloutSnapshot | undefined;
  for (;;) {
    const final = settled;
    const seen = await look(reader, options).catch(() => undefined);
    if (seen) {
      last = seen;
      options.onLook(seen);
    }
    if (final) return last;
    await Promise.race([sleep(options.everyMs), end]);
  }
}

async function look(
  reader: ReleaseReader,
  options: FollowOptions,
): Promise<RolloutSnapshot | undefined> {
  const newest = await reader.newestDeployment();
  if (!newest || newest === options.before) return undefined;
  return await reader.snapshot(options.since);
}
