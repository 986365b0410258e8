import type { ManifestVersion } from '../contract/manifest.ts';
import type { OptimizedForm } from '../contract/optimized-form.ts';
import type { Engine, Session } from './port.ts';
import { andThen } from './soon.ts';

export interface ModelLoaderOptions {
  readonly engine: Engine;
  /** The released model's file; fetched where it is not in the package. */
  readonly fileOf: (version: ManifestVersion) => string | Promise<string>;
  readonly openForm: OpenForm;
  /** Told why an optimized form is not used. */
  readonly warn: (message: string) => void;
}

/** Loads an optimized form; throws with the reason when it must not serve. */
export type OpenForm = (
  form: OptimizedForm,
  version: ManifestVersion,
) => Session | Promise<Session>;

/**
 * Loads a version in its optimized form, or as it was released when that form is damaged or was made
 * for another processor or runtime. Nobody then waits in vain, and nobody gets a wrong answer.
 */
export function createModelLoader(options: ModelLoaderOptions) {
  const { engine, fileOf, openForm, warn } = options;
  return (version: ManifestVersion): Session | Promise<Session> => {
    const released = () => andThen(fileOf(version), (path) => engine.load(path, version));
    const { optimized } = version;
    if (!optimized) return released();
    const instead = (reason: unknown) => {
      const why = reason instanceof Error ? reason.message : String(reason);
      warn(`version ${version.version} is served without its optimized form: ${why}`);
      return released();
    };
    try {
      const opened = openForm(optimized, version);
      return opened instanceof Promise ? opened.catch(instead) : opened;
    } catch (reason) {
      return instead(reason);
    }
  };
}
