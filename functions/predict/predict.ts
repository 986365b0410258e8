import { tmpdir } from 'node:os';
import type { ModelManifest } from '../../serving/contract/manifest.ts';
import { DataPlane } from '../../serving/data-plane.ts';
import { type ArtifactFolders, artifactFile } from '../../serving/engine/artifact.ts';
import { createModelLoader } from '../../serving/engine/model-loader.ts';
import { createFormOpener } from '../../serving/engine/optimized-form.ts';
import type { Engine } from '../../serving/engine/port.ts';
import { SessionCache } from '../../serving/engine/session-cache.ts';
import {
  createModelFunction,
  type ModelHandler,
  warning,
} from '../../serving/model-function/model-function.ts';
import { ModelStatistics } from '../../serving/telemetry/model-statistics.ts';

export interface PredictOptions {
  readonly manifest: ModelManifest;
  /** Folder of the package. */
  readonly root: string;
  readonly engine: Engine;
  readonly fetchObject: ArtifactFolders['fetchObject'];
  readonly stage: string;
  readonly functionVersion: string;
  readonly startedAhead: boolean;
  /** The function's memory in MiB, which bounds the models that stay loaded. */
  readonly memory?: number;
  /** Takes the log's lines. */
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly epochMillis?: () => number;
}

export interface Predict {
  readonly handler: ModelHandler;
  /** Makes the live version ready, before there is a request; at once where the engine can. */
  readonly warmUp: () => Promise<void>;
}

/** The prediction function of one model, put together from its parts. */
export function createPredict(options: PredictOptions): Predict {
  const { manifest, root, engine, fetchObject, write } = options;
  const { now = () => performance.now(), epochMillis = Date.now } = options;
  const folders: ArtifactFolders = {
    root,
    // Asked for with the first version that is fetched: most never are, and it loads a module of Node.
    get cache() {
      return tmpdir();
    },
    fetchObject,
  };
  const warn = (message: string) => write(warning(message, epochMillis()));
  const plane = new DataPlane({
    manifest,
    sessions: new SessionCache({
      load: createModelLoader({
        engine,
        fileOf: (version) => artifactFile(version, folders),
        openForm: createFormOpener({ engine, root }),
        warn,
      }),
      live: manifest.live,
      ...(options.memory && { residentBytes: residentBytes(options.memory) }),
    }),
    statistics: new ModelStatistics(manifest.name),
    now,
  });
  const { stage, functionVersion, startedAhead } = options;
  const modelName = manifest.name;
  const identity = { modelName, stage, functionVersion, startedAhead };
  return {
    handler: createModelFunction({ ...identity, plane, write, now, epochMillis }),
    warmUp: () => warmUp(plane, startedAhead, warn),
  };
}

/**
 * Loads the model, and runs it once where the environment was started ahead. Where it starts because
 * of a request, the caller would wait for that inference and for its own, which takes as long: memory
 * is touched by whichever is first. A model that cannot be loaded, or fails on empty input, is said
 * and not fatal: requests will tell.
 */
async function warmUp(
  plane: DataPlane,
  startedAhead: boolean,
  warn: (message: string) => void,
): Promise<void> {
  try {
    await (startedAhead ? plane.warmUp() : plane.load());
  } catch (cause) {
    warn(`the warm-up failed: ${(cause as Error).message}`);
  }
}

/** What Node, onnxruntime and the buffers of a request take. */
const memoryOfRuntime = 192;

/** Bytes of model files that fit in the memory: a loaded model takes up to twice its file's size. */
function residentBytes(memory: number): number {
  return (Math.max(0, memory - memoryOfRuntime) * 1024 * 1024) / 2;
}
