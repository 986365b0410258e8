import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Lambda's Node runtimes ship the AWS SDK; functions count on finding it. */
const SHIPPED = ['@aws-sdk', '@smithy'];

/**
 * The few packages of this installation that functions may see: as links in folders of their own,
 * because its whole node_modules on NODE_PATH would hide that a function forgot to bundle one.
 */
export class HostPackages {
  readonly #folder: string;
  readonly #links = new Map<string, string | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
    // Links of an earlier start may lead to an installation that has gone.
    rmSync(folder, { recursive: true, force: true });
  }

  /** A module folder that holds what Lambda's runtime ships. */
  sdk(): string {
    for (const scope of SHIPPED) this.#link('sdk', scope);
    return join(this.#folder, 'sdk');
  }

  /** A module folder that holds one package; undefined when it is not installed here. */
  native(name: string): string | undefined {
    const group = join('native', name.replace('/', '+'));
    return this.#link(group, name) && join(this.#folder, group);
  }

  #link(group: string, name: string): string | undefined {
    const path = join(this.#folder, group, name);
    if (!this.#links.has(path)) {
      const installed = findInstalled(name);
      if (installed) {
        mkdirSync(dirname(path), { recursive: true });
        symlinkSync(installed, path, 'dir');
      }
      this.#links.set(path, installed);
    }
    return this.#links.get(path);
  }
}

function findInstalled(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
