import type { Stack } from '@aws-sdk/client-cloudformation';
import { openPlace } from '../cloud/place.ts';
import { releaseReaderOf } from '../cloud/release-reader.ts';
import type { RolloutSnapshot } from '../cloud/rollout.ts';
import { modelOf, Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { StatusOptions } from '../status.ts';
import { rolloutLine } from './storyteller.ts';

/** One deployed model, as `siskin status --json` prints it. */
interface ModelStatus {
  readonly model: string;
  readonly stack: string;
  readonly stackStatus: string;
  /** Absent while the stack has no rollout, as when its creation failed. */
  readonly release?: RolloutSnapshot;
}

export async function status(model: string | undefined, options: StatusOptions): Promise<void> {
  const place = await openPlace(options);
  const stacks = new Stacks(options.stage);
  const deployed = [...(await stacks.list()).values()].filter(
    (stack) => modelOf(stack) !== undefined && (!model || modelOf(stack) === model),
  );
  if (deployed.length === 0) {
    const what = model ? `model ${model}` : 'model';
    throw new CommandError(
      `No ${what} is deployed in stage ${options.stage} on ${place.name}.`,
      exitCodes.couldNotTry,
    );
  }
  const all = await Promise.all(deployed.map((stack) => read(stacks, stack)));
  all.sort((a, b) => (a.model < b.model ? -1 : 1));
  if (options.json) process.stdout.write(`${JSON.stringify({ models: all }, null, 2)}\n`);
  else process.stdout.write(all.map(describe).join(''));
  process.exitCode = all.every(isWell) ? exitCodes.done : exitCodes.no;
}

async function read(stacks: Stacks, stack: Stack): Promise<ModelStatus> {
  const name = stack.StackName ?? '';
  const model = modelOf(stack) ?? name;
  const reader = await releaseReaderOf(stacks, name, model);
  const since = stack.LastUpdatedTime ?? stack.CreationTime ?? new Date(0);
  const base = { model, stack: name, stackStatus: stack.StackStatus ?? '' };
  return reader ? { ...base, release: await reader.snapshot(since) } : base;
}

function isWell({ release, stackStatus }: ModelStatus): boolean {
  const quiet = release?.alarms.every((alarm) => alarm.state !== 'ALARM') ?? false;
  return (
    quiet && !release?.isDown && /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stackStatus)
  );
}

function describe({ model, stackStatus, release }: ModelStatus): string {
  if (!release) return `${model}  ${stackStatus}\n`;
  const lines = [`${model}  ${stackStatus}`, `  ${rolloutLine(release)}`];
  for (const [version, figures] of Object.entries(release.versions)) {
    const p95 = figures.p95LatencyMs === undefined ? '-' : `${figures.p95LatencyMs.toFixed(1)} ms`;
    lines.push(
      `  version ${version}: ${figures.requests} requests, ${figures.errors} errors, p95 ${p95}`,
    );
  }
  for (const alarm of release.alarms) lines.push(`  alarm ${alarm.name}: ${alarm.state}`);
  if (release.deploymentId) {
    const reason = release.reason ? `: ${release.reason}` : '';
    lines.push(`  last rollout ${release.deploymentId} ${release.status}${reason}`);
  }
  return `${lines.join('\n')}\n`;
}
