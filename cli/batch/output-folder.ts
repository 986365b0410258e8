import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchObjects } from '../../serving/contract/batch.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { Objects } from './objects.ts';

/** What of a job's own files a user reads; plan, receipts and attempts stay where they are. */
const wanted = [
  batchObjects.manifest,
  batchObjects.report,
  batchObjects.allErrors,
  batchObjects.comparison,
];

/** A folder of this machine that gets one job's output. */
export class OutputFolder {
  readonly #folder: string;

  /** Takes the folder for the job whose output is `place`, or throws when it holds something else. */
  constructor(folder: string, place: string) {
    this.#folder = folder;
    const mark = join(folder, batchObjects.folder, 'job.json');
    if (existsSync(mark)) {
      const { output } = JSON.parse(readFileSync(mark, 'utf8'));
      if (output === place) return;
      throw taken(`${folder} holds the output of another job (${output})`);
    }
    if (existsSync(folder)) {
      if (!statSync(folder).isDirectory()) throw taken(`${folder} is not a folder`);
      if (readdirSync(folder).length > 0) throw taken(`${folder} is not empty`);
    }
    mkdirSync(join(folder, batchObjects.folder), { recursive: true });
    writeFileSync(mark, `${JSON.stringify({ output: place })}\n`);
  }

  /** Fetches what is not there yet; gives the number of predictions' files and their bytes. */
  async fetch(objects: Objects, prefix: string): Promise<{ files: number; bytes: number }> {
    let [files, bytes] = [0, 0];
    for await (const { key, size } of objects.list(prefix)) {
      const name = key.slice(prefix.length);
      const own = name.startsWith(batchObjects.folder);
      if (own && !wanted.includes(name as (typeof wanted)[number])) continue;
      const file = join(this.#folder, name);
      // Parts never change once written; what describes the job may be newer.
      const there = !own && existsSync(file) && statSync(file).size === size;
      if (!there) await objects.download(key, file);
      if (own) continue;
      files += 1;
      bytes += size;
    }
    return { files, bytes };
  }
}

function taken(problem: string): CommandError {
  return new CommandError(
    `--output ${problem}. Nothing was written; give an empty folder.`,
    exitCodes.couldNotTry,
  );
}
