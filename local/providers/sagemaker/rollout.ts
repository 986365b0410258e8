import { wait } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { activeAlarms } from './alarm-check.ts';
import type { RolloutPlan, RolloutStep } from './deployment-config.ts';
import type { Fleet, Traffic } from './fleet.ts';

/** How often the alarms are looked at (cloud time). */
const ALARM_INTERVAL = 10_000;

export type Stage = 'Creating' | 'ActivatingTraffic' | 'Baking' | 'Deleting';

export interface RolloutOptions {
  readonly host: Host;
  readonly traffic: Traffic;
  readonly green: Fleet;
  readonly plan: RolloutPlan;
  /** Aborts with the reason for which the update is given up. */
  readonly signal: AbortSignal;
  readonly onStage: (stage: Stage) => void;
  /** Told before traffic goes back. */
  readonly onRollback: () => void;
}

/** The cloud stops: everything stays as it is, and the next start sets it back. */
export class CloudStops extends Error {}

/** Neither the update nor its rollback succeeded: both fleets serve. */
export class RollbackFailed extends Error {}

/**
 * Puts the green fleet in the place of the blue one, as planned. Rejects with the reason when it was
 * rolled back: then the blue fleet has all the traffic again.
 */
export async function rollOut(options: RolloutOptions): Promise<void> {
  const { host, plan, traffic } = options;
  const late = new AbortController();
  const limit = host.clock.at(host.clock.now() + plan.limitMs, () =>
    late.abort(new Error(`The deployment took longer than ${plan.limitMs / 1000} seconds.`)),
  );
  const run = { ...options, signal: AbortSignal.any([options.signal, late.signal]) };
  try {
    traffic.green = options.green;
    const before = plan.kind === 'rolling' ? await replaceInBatches(run) : await replaceAtOnce(run);
    void before.end();
  } catch (error) {
    if (options.signal.reason instanceof CloudStops) throw options.signal.reason;
    options.onRollback();
    await goBack(options).catch((failure) => {
      const { message } = error as Error;
      throw new RollbackFailed(`${message} The rollback failed as well: ${failure.message}`);
    });
    throw error;
  } finally {
    limit.cancel();
  }
}

/** The whole green fleet first, then the traffic. */
async function replaceAtOnce(run: RolloutOptions): Promise<Fleet> {
  const { green, plan, traffic, onStage } = run;
  onStage('Creating');
  await orAborted(green.start(), run.signal);
  await refuseAlarms(run);
  for (const step of plan.steps) await shift(run, step);
  if (plan.terminationWaitMs > 0) await bake(run, plan.terminationWaitMs);
  onStage('Deleting');
  return traffic.promote();
}

/** A batch of the green fleet, its part of the traffic, and then as much less of the blue one. */
async function replaceInBatches(run: RolloutOptions): Promise<Fleet> {
  const { green, plan, traffic, onStage } = run;
  const [fresh] = green.variants;
  const [old] = traffic.blue.variants;
  if (!fresh || !old) throw new Error('A rolling update needs a variant to replace');
  await refuseAlarms(run);
  for (const step of plan.steps) {
    onStage('Creating');
    await orAborted(fresh.group.scaleTo(step.instances), run.signal);
    await shift(run, step);
    await old.group.scaleTo(Math.max(0, Math.min(old.group.wanted, fresh.count - step.instances)));
  }
  onStage('Deleting');
  return traffic.promote();
}

async function shift(run: RolloutOptions, { share, waitMs }: RolloutStep): Promise<void> {
  run.signal.throwIfAborted();
  run.onStage('ActivatingTraffic');
  run.traffic.share = share;
  run.onStage('Baking');
  await bake(run, waitMs);
}

/** Lets time pass with the alarms in view. */
async function bake(run: RolloutOptions, ms: number): Promise<void> {
  const { clock } = run.host;
  const end = clock.now() + ms;
  for (let left = ms; left > 0; left = end - clock.now()) {
    await wait(clock, Math.min(left, ALARM_INTERVAL), run.signal);
    await refuseAlarms(run);
  }
}

async function refuseAlarms({ host, plan, signal }: RolloutOptions): Promise<void> {
  const active = await activeAlarms(host, plan.alarms);
  signal.throwIfAborted();
  if (active.length === 0) return;
  throw new Error(
    `One or more alarms of the deployment were in ALARM, and it was rolled back: ${active.join(', ')}`,
  );
}

/** The blue fleet takes all requests at once, those that it has lost to batches being restored first. */
async function goBack({ traffic, green }: RolloutOptions): Promise<void> {
  const lost = traffic.blue.variants.filter(({ group, count }) => group.wanted < count);
  const isEmpty = lost.some(({ group }) => group.ready === 0);
  const restored = Promise.all(lost.map(({ group, count }) => group.scaleTo(count)));
  // An old fleet that still has instances can take the traffic before the others are back.
  if (isEmpty) await restored;
  traffic.revert();
  await restored;
  void green.end();
}

/** The result of `work`, or the signal's reason when that comes first. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {}); // nobody sees it when the signal came first
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
