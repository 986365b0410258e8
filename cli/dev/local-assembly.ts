import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { synthesize } from '../synthesis.ts';

export interface LocalAssemblyOptions {
  readonly models: string;
  /** The cloud's state folder; need not be there yet. */
  readonly state: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The app's cloud assembly in the state folder. Its synthesis begins before the state is known to be
 * free, so into a draft that is the process's own.
 */
export class LocalAssembly {
  readonly folder: string;
  readonly #models: string;
  readonly #draft: string;
  readonly #abandoned = new AbortController();
  readonly #signal: AbortSignal;
  readonly #synthesis: Promise<void>;

  constructor({ models, state, signal }: LocalAssemblyOptions) {
    this.folder = join(state, 'cdk.out');
    this.#models = models;
    this.#draft = `${this.folder}.${process.pid}`;
    this.#signal = AbortSignal.any([this.#abandoned.signal, ...(signal ? [signal] : [])]);
    this.#synthesis = this.#write([]);
    // Whoever waits for it is told; when nobody does, what went wrong before it is the news.
    this.#synthesis.catch(() => {});
  }

  /** Only the cloud that holds the state may call this. */
  async whenWritten(): Promise<void> {
    await this.#synthesis;
    this.#take();
  }

  /** Writes the assembly anew, its API without some models. */
  async writeWithout(models: readonly string[]): Promise<void> {
    await this.#write(models);
    this.#take();
  }

  /** Ends a synthesis that nobody waits for any more. */
  async abandon(): Promise<void> {
    this.#abandoned.abort();
    await this.#synthesis.catch(() => {});
    rmSync(this.#draft, { recursive: true, force: true });
  }

  async #write(without: readonly string[]): Promise<void> {
    await synthesize({
      outdir: this.#draft,
      context: {
        models: this.#models,
        validate: false,
        quotaRaised: true,
        without: without.join(','),
        // The build's folders are named by their content already: a copy of each would only take time.
        'aws:cdk:disable-asset-staging': true,
      },
      signal: this.#signal,
    });
  }

  #take(): void {
    rmSync(this.folder, { recursive: true, force: true });
    renameSync(this.#draft, this.folder);
    // Drafts of starts that were killed.
    const state = dirname(this.folder);
    for (const name of readdirSync(state)) {
      if (!name.startsWith(`${basename(this.folder)}.`)) continue;
      rmSync(join(state, name), { recursive: true, force: true });
    }
  }
}
