import { availableParallelism, cpus } from 'node:os';
import { Command } from 'commander';
import { env } from 'onnxruntime-node';
import { prepareModel } from '../build/prepare-model.ts';
import { defaultOutDir } from '../build/project.ts';
import type { ModelVersion } from '../lib/model-repository/model.ts';
import type { Profile } from '../lib/model-repository/profile-file.ts';
import { chosenModels } from './chosen-models.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { positiveNumber } from './option-types.ts';
import { measure } from './profile/measure.ts';
import { startProbe } from './profile/remote-probe.ts';
import { writeProfile } from './profile/write-profile.ts';
import { Progress } from './progress.ts';

interface ProfileOptions {
  readonly models: string;
  readonly version?: string;
  readonly seconds: number;
  readonly json?: boolean;
}

export function profileCommand(): Command {
  return new Command('profile')
    .description('measure a model on this machine and write profile.json beside it')
    .argument('<model>', 'model to measure')
    .option('--version <n>', 'version to measure (default: the live one)')
    .option('--models <dir>', 'model repository', 'model-artifacts')
    .option('--seconds <n>', 'how long each figure is measured', positiveNumber, 2)
    .option('--json', 'print what was measured as one JSON document')
    .action(async (model: string, options: ProfileOptions) => {
      const version = chosenVersion(options.models, model, options.version);
      // Heard between two turns of the event loop, and thus never while the file is written.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
      const profile = await profileVersion(version, options.seconds, new Progress());
      const file = writeProfile(version.folder, profile);
      process.stdout.write(
        options.json ? `${JSON.stringify(profile, undefined, 2)}\n` : profileText(file, profile),
      );
    });
}

/** As shells report a command that was interrupted. */
function stop(): never {
  process.stderr.write('\n');
  process.exit(130);
}

function chosenVersion(folder: string, name: string, version?: string): ModelVersion {
  const [model] = chosenModels(folder, name);
  const found = model?.versions.find((each) => each.version === (version ?? model.live));
  if (found) return found;
  const there = model?.versions.map((each) => each.version).join(', ');
  throw new CommandError(
    `Model ${name} has no version ${version}. There are: ${there}.`,
    exitCodes.couldNotTry,
  );
}

/** Measures a version in a process of its own, and says what machine that was. */
export async function profileVersion(
  version: ModelVersion,
  seconds: number,
  progress: Pick<Progress, 'step'>,
  today = new Date(),
): Promise<Profile> {
  const [served] = prepareModel(version, defaultOutDir()).files;
  const file = served?.source ?? version.artifact.path;
  const cores = availableParallelism();
  const probe = startProbe({ file, version, seconds });
  try {
    return {
      artifact: version.artifact.digest,
      measured: today.toISOString().slice(0, 10),
      machine: {
        processor: cpus()[0]?.model.trim() || 'unknown',
        cores,
        platform: `${process.platform}-${process.arch}`,
      },
      node: process.versions.node,
      onnxruntime: env.versions.node ?? 'unknown',
      ...(await measure(probe, cores, progress)),
    };
  } finally {
    probe.stop();
  }
}

function profileText(file: string, { oneThread, knee, peakMemoryMiB }: Profile): string {
  const throughput = knee
    ? `, ${knee.rowsPerSecond} rows a second and core in batches of ${knee.size}`
    : ', one row a request';
  return `Wrote ${file}: ${oneThread.p50Ms} ms an inference with one thread${throughput}, ${peakMemoryMiB} MiB at most.\n`;
}
