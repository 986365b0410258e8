import type { Session } from '../../serving/engine/port.ts';
import type { Tensor } from '../../serving/protocol/tensor.ts';
import type { MeasuredRequests } from './request-rows.ts';

/** What can be asked of a model while it is measured. */
export interface Probe {
  /** Says what will be asked; call it first. */
  requests(): Promise<{ readonly origin: string; readonly takesBatches: boolean }>;
  /** Milliseconds from the file to a session that has answered once. */
  load(): Promise<number>;
  /** Single requests, one after another. */
  latency(threads: number): Promise<Latency>;
  /** Requests of so many rows, one after another, with one thread. */
  batch(size: number): Promise<Latency>;
  /** MiB that the measuring process had at most. */
  peakMemory(): Promise<number>;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface ProbeOptions {
  readonly requests: MeasuredRequests;
  readonly outputs: readonly string[];
  readonly open: (threads: number) => Promise<Session>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly peakMemory: () => number;
  /** How long each figure is measured. */
  readonly seconds: number;
}

/** The caches are cold and the allocator's arenas grow in the first runs: they are not counted. */
const warmUpRuns = 3;
/** The quietest of so many rounds counts: whatever else runs on the machine only ever slows a model. */
const rounds = 5;
/** Percentiles of fewer runs say nothing, however slow the model is. */
const leastRuns = 5;
/** More in a round say nothing new, however fast it is. */
const mostRuns = 20_000;

/** Measures a model in this process. One session is open at a time. */
export function createProbe(options: ProbeOptions): Probe {
  const { requests, outputs, open, now, seconds } = options;
  let session: { readonly threads: number; readonly session: Session } | undefined;

  const sessionFor = async (threads: number) => {
    if (session?.threads === threads) return session.session;
    await session?.session.dispose();
    session = { threads, session: await open(threads) };
    return session.session;
  };

  const measure = async (threads: number, next: (index: number) => readonly Tensor[]) => {
    const opened = await sessionFor(threads);
    const begin = now();
    // A slow model gets fewer runs and rounds, so that its measurement ends today.
    const spent = () => now() - begin > seconds * 1000;
    for (let run = 0; run < warmUpRuns && !spent(); run++) await opened.run(next(run), outputs);
    const found: Latency[] = [];
    while (found.length === 0 || (found.length < rounds && !spent())) {
      found.push(await round(opened, next));
    }
    return found.toSorted((a, b) => a.p50Ms - b.p50Ms)[0] as Latency;
  };

  const round = async (opened: Session, next: (index: number) => readonly Tensor[]) => {
    const times: number[] = [];
    const end = now() + (seconds * 1000) / rounds;
    while (times.length < leastRuns || (now() < end && times.length < mostRuns)) {
      const inputs = next(times.length);
      const started = now();
      await opened.run(inputs, outputs);
      times.push(now() - started);
    }
    return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
  };

  return {
    async requests() {
      return { origin: requests.origin, takesBatches: requests.batch !== undefined };
    },
    async load() {
      await session?.session.dispose();
      session = undefined;
      const started = now();
      const opened = await sessionFor(1);
      await opened.run(requests.single(0), outputs);
      return now() - started;
    },
    latency: (threads) => measure(threads, requests.single),
    batch(size) {
      const request = requests.batch?.(size) ?? requests.single(0);
      return measure(1, () => request);
    },
    peakMemory: async () => options.peakMemory(),
  };
}

/** The smallest value that this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
