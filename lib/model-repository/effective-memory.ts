import type { ModelVersion } from './model.ts';

const mebibyte = 1024 * 1024;

/** MiB of a function, or of a copy of the model, that asks for no other. */
export const defaultMemory = 1024;

/** MiB for a model's versions: what model.yaml says, else what the largest of them needs. */
export function memoryOf(wanted: number | undefined, versions: readonly ModelVersion[]): number {
  return wanted ?? memoryFor(largestOf(versions));
}

/** Bytes of the largest version. */
export function largestOf(versions: readonly ModelVersion[]): number {
  return Math.max(...versions.map(({ artifact }) => artifact.bytes));
}

/**
 * While onnxruntime loads a model, its file and the session's own copy of the weights are in memory,
 * and prepacked weights may make a third; Node and the runtime take about 250 MiB.
 */
export function memoryFor(artifactBytes: number): number {
  const needed = 256 + (3 * artifactBytes) / mebibyte;
  const steps = Math.ceil(needed / 64) * 64;
  return Math.min(Math.max(defaultMemory, steps), 10_240);
}
