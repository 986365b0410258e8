import type { ModelVersion } from '../../lib/model-repository/model.ts';
import { createOnnxEngine } from '../../serving/engine/onnx-engine.ts';
import { createProbe, type Probe } from './probe.ts';
import { measuredRequests } from './request-rows.ts';

/** What the measuring process is told first. */
export interface ProbeJob {
  /** The file that is served. */
  readonly file: string;
  readonly version: ModelVersion;
  readonly seconds: number;
}

/** One call of the probe, and its answer. */
export interface ProbeCall {
  readonly id: number;
  readonly method: keyof Probe;
  readonly argument?: number;
}

export type ProbeAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string };

let job: ProbeJob;
let probe: Probe | undefined;

process.on('message', (message: ProbeJob | ProbeCall) => {
  if ('file' in message) job = message;
  else void answer(message);
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

function openProbe({ file, version, seconds }: ProbeJob): Probe {
  return createProbe({
    requests: measuredRequests(version),
    outputs: version.outputs.map(({ name }) => name),
    open: async (threads) => createOnnxEngine({ threads }).load(file, version),
    now: () => performance.now(),
    // Kilobytes, as getrusage counts.
    peakMemory: () => process.resourceUsage().maxRSS / 1024,
    seconds,
  });
}

async function answer({ id, method, argument }: ProbeCall): Promise<void> {
  try {
    probe ??= openProbe(job);
    const call = probe[method] as (argument?: number) => Promise<unknown>;
    send({ id, value: await call(argument) });
  } catch (error) {
    send({ id, failure: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: ProbeAnswer): void {
  process.send?.(message);
}
