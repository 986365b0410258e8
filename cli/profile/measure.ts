import type { Profile } from '../../lib/model-repository/profile-file.ts';
import type { Progress } from '../progress.ts';
import type { Latency, Probe } from './probe.ts';

/** The part of a profile that is measured. */
export type Measurement = Pick<
  Profile,
  'request' | 'loadMs' | 'peakMemoryMiB' | 'oneThread' | 'allCores' | 'batches' | 'knee'
>;

const loads = 3;
const largestBatch = 256;
/** A batch that takes longer tells nothing about serving. */
const longestBatchMs = 5000;
/** Doublings in a row that gain less than this share end the search. */
const worthwhileGain = 1.05;
const idleDoublings = 2;
/** The knee is the smallest batch that reaches this share of the best throughput. */
const kneeShare = 0.9;

/** Asks the probe for one figure after the other; each is a step that a terminal shows. */
export async function measure(
  probe: Probe,
  cores: number,
  progress: Pick<Progress, 'step'>,
): Promise<Measurement> {
  const { origin, takesBatches } = await probe.requests();
  const loadMs = await progress.step('Load', () => medianLoad(probe), inMilliseconds);
  const latency = (threads: number, title: string) =>
    progress.step(title, () => probe.latency(threads), latencyText);
  const oneThread = await latency(1, 'One thread');
  const allCores = cores === 1 ? oneThread : await latency(cores, `${cores} threads`);
  const batches = takesBatches ? await growingBatches(probe, progress) : [];
  const knee = kneeOf(batches);
  return {
    request: origin,
    loadMs: significant(loadMs),
    peakMemoryMiB: Math.ceil(await probe.peakMemory()),
    oneThread: { threads: 1, ...rounded(oneThread) },
    allCores: { threads: cores, ...rounded(allCores) },
    batches,
    ...(knee && { knee }),
  };
}

type Batch = Profile['batches'][number];

async function growingBatches(probe: Probe, progress: Pick<Progress, 'step'>): Promise<Batch[]> {
  const batches: Batch[] = [];
  let best = 0;
  let idle = 0;
  for (let size = 1; size <= largestBatch && idle < idleDoublings; size *= 2) {
    const { p50Ms } = await progress.step(
      `Batch of ${size}`,
      () => probe.batch(size),
      (latency) => `${Math.round((1000 * size) / latency.p50Ms)} rows/s`,
    );
    const rowsPerSecond = significant((1000 * size) / p50Ms);
    batches.push({ size, p50Ms: significant(p50Ms), rowsPerSecond });
    idle = rowsPerSecond < best * worthwhileGain ? idle + 1 : 0;
    best = Math.max(best, rowsPerSecond);
    if (p50Ms > longestBatchMs) break;
  }
  return batches;
}

export function kneeOf(batches: readonly Batch[]): Batch | undefined {
  const best = Math.max(...batches.map(({ rowsPerSecond }) => rowsPerSecond));
  return batches.find(({ rowsPerSecond }) => rowsPerSecond >= kneeShare * best);
}

async function medianLoad(probe: Probe): Promise<number> {
  const times: number[] = [];
  for (let load = 0; load < loads; load++) times.push(await probe.load());
  return times.toSorted((a, b) => a - b)[loads >> 1] as number;
}

function rounded({ p50Ms, p95Ms }: Latency): Latency {
  return { p50Ms: significant(p50Ms), p95Ms: significant(p95Ms) };
}

/** Further digits would be noise. */
function significant(value: number): number {
  return Number(value.toPrecision(3));
}

function inMilliseconds(value: number): string {
  return `${significant(value)} ms`;
}

function latencyText(latency: Latency): string {
  const { p50Ms, p95Ms } = rounded(latency);
  return `p50 ${p50Ms} ms, p95 ${p95Ms} ms`;
}
