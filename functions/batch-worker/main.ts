import { existsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { createModelBucket } from '../../serving/aws/model-bucket.ts';
import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { unpackedArchive } from './archive.ts';
import { openModel } from './model.ts';
import { grace, Notice, watchSpotNotice } from './notice.ts';
import { run } from './run.ts';
import { readSettings } from './settings.ts';

// What passes through are buffers, outside of a heap that stays small. By default a collection is due
// whenever they have grown as much as that heap, every ten megabytes of input, and takes a fifth of
// the processor's time; so it is due after some more of them, with as flat a memory.
setFlagsFromString('--heap-growing-percent=400');

const notice = new Notice(() => performance.now());
process.on('SIGTERM', () => notice.give(grace.sigterm));
const ended = new AbortController();
void watchSpotNotice({
  fetch,
  signal: ended.signal,
  wait: (milliseconds) => setTimeout(milliseconds, undefined, { signal: ended.signal }),
  onNotice: () => notice.give(grace.spot),
});

const settings = readSettings(process.env);
const scratch = settings.scratch ?? tmpdir();
const store = createS3ObjectStore();

run({
  settings,
  store,
  openModel: async (plan) => {
    const [layer, root] = await Promise.all([
      unpackedArchive(store, settings.onnxruntime, scratch),
      unpackedArchive(store, settings.model, scratch),
    ]);
    layBeside(join(layer, 'nodejs', 'node_modules'));
    // Only now: loading the engine's module asks for onnxruntime, which was not there before.
    const { createOnnxEngine } = await import('../../serving/engine/onnx-engine.ts');
    return openModel(plan, {
      root,
      scratch,
      engine: createOnnxEngine({ threads: settings.threads }),
      fetchObject: createModelBucket(settings.modelBucket),
      now: () => performance.now(),
    });
  },
  interruption: notice,
  now: () => new Date(),
  turn: () => setImmediate(),
  log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
}).then((code) => {
  ended.abort();
  // Connections that are kept for a next request would hold the process.
  process.exit(code);
});

/** Makes `require` find onnxruntime: Node looks for packages beside the file that asks. */
function layBeside(modules: string): void {
  const link = join(__dirname, 'node_modules');
  try {
    if (!existsSync(link)) symlinkSync(modules, link);
  } catch (error) {
    // Another worker of this machine was first.
    if (!existsSync(link)) throw error;
  }
}
