import type { ManifestVersion } from '../contract/manifest.ts';
import type { Engine, Session } from './port.ts';

/** Bound on the models that stay loaded beside the live one. */
const defaultResident = 4;

export interface SessionCacheOptions {
  readonly engine: Engine;
  readonly fileOf: (version: ManifestVersion) => string | Promise<string>;
  /** The version that is never unloaded. */
  readonly live: string;
  /** Most sessions loaded at once, the live one included. */
  readonly resident?: number;
}

interface Resident {
  session: Session | Promise<Session>;
  users: number;
}

/** Loaded models: each loaded once, however many requests ask; the least recently used goes first. */
export class SessionCache {
  readonly #options: SessionCacheOptions;
  /** In order of last use: a Map keeps insertion order. */
  readonly #residents = new Map<string, Resident>();

  constructor(options: SessionCacheOptions) {
    this.#options = options;
  }

  isLoaded(version: string): boolean {
    const resident = this.#residents.get(version);
    return resident !== undefined && !(resident.session instanceof Promise);
  }

  /** The version's session; at once when it is loaded, or can be. */
  get(version: ManifestVersion): Session | Promise<Session> {
    const name = version.version;
    const known = this.#residents.get(name);
    if (known) {
      this.#residents.delete(name);
      this.#residents.set(name, known);
      return known.session;
    }
    const loading = this.#load(version);
    const resident: Resident = { session: loading, users: 0 };
    this.#residents.set(name, resident);
    if (loading instanceof Promise) this.#settle(name, resident, loading);
    this.#evict();
    return loading;
  }

  /** Runs `work` with the version's session, which is not unloaded meanwhile. */
  async use<T>(version: ManifestVersion, work: (session: Session) => T | Promise<T>): Promise<T> {
    const session = this.get(version);
    const resident = this.#residents.get(version.version) as Resident;
    resident.users += 1;
    try {
      return await work(session instanceof Promise ? await session : session);
    } finally {
      resident.users -= 1;
    }
  }

  #load(version: ManifestVersion): Session | Promise<Session> {
    const { engine, fileOf } = this.#options;
    const file = fileOf(version);
    return typeof file === 'string'
      ? engine.load(file, version)
      : file.then((path) => engine.load(path, version));
  }

  /** A failed load is forgotten, so that the next request tries again. */
  #settle(name: string, resident: Resident, loading: Promise<Session>): void {
    loading.then(
      (session) => {
        resident.session = session;
      },
      () => {
        if (this.#residents.get(name) === resident) this.#residents.delete(name);
      },
    );
  }

  #evict(): void {
    const { live, resident: most = defaultResident } = this.#options;
    for (const [name, { session, users }] of this.#residents) {
      if (this.#residents.size <= most) return;
      const newest = [...this.#residents.keys()].at(-1);
      if (name === live || name === newest || users > 0 || session instanceof Promise) continue;
      this.#residents.delete(name);
      void session.dispose();
    }
  }
}
