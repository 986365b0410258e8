import { relative, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { differences, type TrainedVersion, writeVersion } from './artifact/version-folder.ts';
import { trainDigits } from './digits/train.ts';
import { trainSpam } from './spam/train.ts';
import { describeTextDetection } from './text-detection/describe.ts';

const trainers: Readonly<
  Record<string, (log: (line: string) => void) => Promise<TrainedVersion[]>>
> = { spam: trainSpam, digits: trainDigits, 'text-detection': describeTextDetection };

const program = new Command('train')
  .description(
    'Trains the models that Siskin ships: seeded, so that a second run gives the same files.',
  )
  .addArgument(
    new Argument('[model...]', 'models to train').choices(Object.keys(trainers)).default([], 'all'),
  )
  .option('--out <folder>', 'model repository to write to', 'model-artifacts')
  .option('--check', 'write nothing; exit with 1 when files in the repository differ')
  .option('--quiet', 'no progress on stderr')
  .showHelpAfterError()
  .action(train);

await program.parseAsync();

async function train(
  names: readonly string[],
  options: { readonly out: string; readonly check?: true; readonly quiet?: true },
): Promise<void> {
  const log = options.quiet ? () => {} : (line: string) => process.stderr.write(`${line}\n`);
  for (const name of names.length > 0 ? names : Object.keys(trainers)) {
    const trainer = trainers[name] as (typeof trainers)[string];
    for (const version of await trainer(log)) {
      if (options.check) await check(options.out, version);
      else await writeVersion(options.out, version);
      log(`${name}/${version.version}: ${options.check ? 'checked' : 'written'}`);
    }
  }
}

async function check(repository: string, version: TrainedVersion): Promise<void> {
  for (const path of await differences(repository, version)) {
    process.stdout.write(`${relative('.', resolve(path))} differs from what training makes\n`);
    process.exitCode = 1;
  }
}
