import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { batchObjects } from '../../serving/contract/batch.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { Objects } from './objects.ts';

/** What of a job's own files a user reads; plan, receipts and attempts stay where they are. */
const described = [
  batchObjects.manifest,
  batchObjects.report,
  batchObjects.allErrors,
  batchObjects.comparison,
];

export interface Fetched {
  readonly files: number;
  readonly bytes: number;
}

/** A folder of this machine that gets one job's output. */
export class OutputFolder {
  readonly path: string;
  readonly #place: string;
  /** Says whose output the folder holds. */
  readonly #mark: string;

  /** Throws when the folder holds something else than output of the job that writes to `place`. */
  constructor(folder: string, place: string) {
    this.path = folder;
    this.#place = place;
    this.#mark = join(folder, batchObjects.folder, 'job.json');
    if (existsSync(this.#mark)) {
      const { output } = JSON.parse(readFileSync(this.#mark, 'utf8'));
      if (output === place) return;
      throw taken(`${folder} holds the output of another job (${output})`);
    }
    if (existsSync(folder)) {
      if (!statSync(folder).isDirectory()) throw taken(`${folder} is not a folder`);
      if (readdirSync(folder).length > 0) throw taken(`${folder} is not empty`);
    }
  }

  /** Fetches the predictions, as far as they are not there yet, and what describes them. */
  async fetch(objects: Objects, prefix: string): Promise<Fetched> {
    this.#take();
    for (const name of described) {
      // Anew each time: parts never change once written, these do.
      await objects.download(prefix + name, join(this.path, name)).catch(ignoreMissing);
    }
    return await this.#fetchAll(objects, prefix, (name) => !name.startsWith(batchObjects.folder));
  }

  /** Fetches the failed rows of a job that came to nothing. */
  async fetchErrors(objects: Objects, prefix: string): Promise<Fetched> {
    return await this.#fetchAll(objects, prefix, (name) => name.startsWith(batchObjects.errors));
  }

  async #fetchAll(
    objects: Objects,
    prefix: string,
    isWanted: (name: string) => boolean,
  ): Promise<Fetched> {
    let [files, bytes] = [0, 0];
    for await (const { key, size } of objects.list(prefix)) {
      const name = key.slice(prefix.length);
      if (!isWanted(name)) continue;
      this.#take();
      const file = join(this.path, name);
      const isThere = existsSync(file) && statSync(file).size === size;
      if (!isThere) await objects.download(key, file);
      files += 1;
      bytes += size;
    }
    return { files, bytes };
  }

  /** With the first file only: a job that was refused leaves the folder to the next one. */
  #take(): void {
    if (existsSync(this.#mark)) return;
    mkdirSync(dirname(this.#mark), { recursive: true });
    writeFileSync(this.#mark, `${JSON.stringify({ output: this.#place })}\n`);
  }
}

function taken(problem: string): CommandError {
  return new CommandError(
    `--output ${problem}. Nothing was written; give an empty folder.`,
    exitCodes.couldNotTry,
  );
}

/** A job without failed rows has no file of them, and only a backtest has a comparison. */
function ignoreMissing(error: Error): void {
  if (error.name !== 'NoSuchKey') throw error;
}
