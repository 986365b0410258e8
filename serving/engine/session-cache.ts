import type { ManifestVersion } from '../contract/manifest.ts';
import type { Session } from './port.ts';
import { andThen, type Soon, whenOver } from './soon.ts';

/** Bound on the models that stay loaded beside the live one. */
const defaultResident = 4;

export interface SessionCacheOptions {
  /** Loads a version; at once where it can. */
  readonly load: (version: ManifestVersion) => Soon<Session>;
  /** The version that is never unloaded. */
  readonly live: string;
  /** Most sessions loaded at once, the live one included. */
  readonly resident?: number;
  /** Most bytes of the models loaded at once; one of them may be larger by itself. */
  readonly residentBytes?: number;
}

interface Resident {
  session: Soon<Session>;
  users: number;
  readonly bytes: number;
}

/** Loaded models: each loaded once, however many requests ask; the least recently used goes first. */
export class SessionCache {
  readonly #options: SessionCacheOptions;
  /** In order of last use: a Map keeps insertion order. */
  readonly #residents = new Map<string, Resident>();
  #latest: string | undefined;

  constructor(options: SessionCacheOptions) {
    this.#options = options;
  }

  isLoaded(version: string): boolean {
    const resident = this.#residents.get(version);
    return resident !== undefined && !(resident.session instanceof Promise);
  }

  /** The version's session; at once when it is loaded, or can be. */
  get(version: ManifestVersion): Soon<Session> {
    const name = version.version;
    const known = this.#residents.get(name);
    if (known) {
      // Most requests ask for the version of the one before, which needs no moving.
      if (name !== this.#latest) {
        this.#residents.delete(name);
        this.#residents.set(name, known);
        this.#latest = name;
      }
      return known.session;
    }
    this.#makeRoom(version.bytes);
    const loading = this.#options.load(version);
    const resident: Resident = { session: loading, users: 0, bytes: version.bytes };
    this.#residents.set(name, resident);
    this.#latest = name;
    if (loading instanceof Promise) this.#settle(name, resident, loading);
    return loading;
  }

  /** Runs `work` with the version's session, which is not unloaded meanwhile. */
  use<T>(version: ManifestVersion, work: (session: Session) => Soon<T>): Soon<T> {
    const session = this.get(version);
    const resident = this.#residents.get(version.version) as Resident;
    resident.users += 1;
    return whenOver(
      () => andThen(session, work),
      () => {
        resident.users -= 1;
      },
    );
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

  /** Before the load and not after it: the memory is short while both are there. */
  #makeRoom(bytes: number): void {
    for (const [name, { session, users }] of this.#residents) {
      if (this.#hasRoom(bytes)) return;
      if (name === this.#options.live || users > 0 || session instanceof Promise) continue;
      this.#residents.delete(name);
      void session.dispose();
    }
  }

  #hasRoom(bytes: number): boolean {
    const { resident = defaultResident, residentBytes = Number.POSITIVE_INFINITY } = this.#options;
    let sum = bytes;
    for (const each of this.#residents.values()) sum += each.bytes;
    return this.#residents.size < resident && sum <= residentBytes;
  }
}
