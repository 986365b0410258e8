import type { PlacementFacts } from './facts.ts';
import { memoryOfOneCpu } from './function-size.ts';

/** vCPUs of the largest function. */
const mostCpus = 6;

export function lambdaCpus(memoryMiB: number): number {
  return Math.min(mostCpus, memoryMiB / memoryOfOneCpu);
}

/**
 * Milliseconds that the function itself needs beside the inference: reading the event, decoding,
 * answering, writing the log line. Of the size that `npm run bench` measures for small bodies.
 */
const handlerMs = 2;

export interface Duration {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Where it comes from, in words for the reader of a plan. */
  readonly origin: string;
  readonly measured: boolean;
}

/** What one inference takes on a machine with that many vCPUs. */
export function inferenceOn(cpus: number, facts: PlacementFacts): Duration {
  const { profile } = facts;
  if (profile === undefined) return estimated(cpus, facts);
  const { oneThread, allCores } = profile;
  // Below two vCPUs one thread is used; below one it gets only its share of the time.
  const whole = Math.max(1, Math.floor(cpus));
  const base = whole === 1 ? oneThread : onThreads(whole, profile);
  const share = Math.min(1, cpus);
  return {
    p50Ms: base.p50Ms / share,
    p95Ms: base.p95Ms / share,
    origin: `profile.json, measured ${profile.measured} on ${profile.machine.processor} with ${whole === 1 ? 1 : allCores.threads} of ${profile.machine.cores} cores`,
    measured: true,
  };
}

type Measured = NonNullable<PlacementFacts['profile']>;

/** With as many threads as were measured, what was measured; more cores are not assumed to help. */
function onThreads(cpus: number, { oneThread, allCores }: Measured) {
  if (allCores.p50Ms >= oneThread.p50Ms) return oneThread;
  if (cpus >= allCores.threads) return allCores;
  const speedup = (p50: number, all: number) =>
    p50 / (1 + ((p50 / all - 1) * (cpus - 1)) / (allCores.threads - 1));
  return {
    p50Ms: speedup(oneThread.p50Ms, allCores.p50Ms),
    p95Ms: speedup(oneThread.p95Ms, Math.min(allCores.p95Ms, oneThread.p95Ms)),
  };
}

/**
 * Without a measurement: each weight of four bytes is multiplied about twenty times (a convolution uses
 * its weights at many places, a dense layer once), at ten billion multiplications a second and vCPU.
 * It may be wrong by a factor of ten, so that a plan says so.
 */
const usesOfAWeight = 20;
const multiplicationsPerSecond = 10e9;

function estimated(cpus: number, { artifact }: PlacementFacts): Duration {
  const seconds = ((artifact.bytes / 4) * usesOfAWeight) / (multiplicationsPerSecond * cpus);
  const p50Ms = Math.max(0.1, seconds * 1000);
  return {
    p50Ms,
    p95Ms: p50Ms * 2,
    origin: `an estimate from the artifact's size, which may be wrong by a factor of ten; siskin profile measures it`,
    measured: false,
  };
}

/** What one request takes in the function. */
export function lambdaDuration(facts: PlacementFacts): Duration {
  const inference = inferenceOn(lambdaCpus(facts.memoryMiB), facts);
  const own = handlerMs / Math.min(1, lambdaCpus(facts.memoryMiB));
  return { ...inference, p50Ms: inference.p50Ms + own, p95Ms: inference.p95Ms + own };
}
