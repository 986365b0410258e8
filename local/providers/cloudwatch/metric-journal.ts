import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../../host/clock.ts';
import type { Log } from '../../host/log.ts';
import { Aggregate, type KeptAggregate } from './aggregate.ts';
import { type MetricId, metricKey } from './metric-id.ts';
import { addSample, type MetricStore, type Sample } from './metric-store.ts';

/** A kill loses at most the metrics of this long (cloud time). */
const FLUSH_INTERVAL = 5_000;
const DAY = 24 * 3600;

interface Pending {
  readonly id: MetricId;
  readonly unit: string | undefined;
  readonly start: number;
  readonly data: Aggregate;
}

/** One line of a day's file: what was added to one bucket between two flushes. */
interface Line {
  readonly metric: MetricId;
  readonly unit?: string;
  readonly start: number;
  readonly data: KeptAggregate;
}

/**
 * Keeps the metrics on disk: one append-only file per day of cloud time. Lines of the same bucket
 * add up, so that appending is all there is to do; a start writes files with many such lines anew.
 */
export class MetricJournal {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: MetricStore;
  #pending = new Map<string, Pending>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: { folder: string; clock: Clock; log: Log; store: MetricStore }) {
    this.#folder = join(options.folder, 'metrics');
    this.#clock = options.clock;
    this.#log = options.log;
    this.#store = options.store;
    mkdirSync(this.#folder, { recursive: true });
  }

  note(id: MetricId, unit: string | undefined, start: number, sample: Sample): void {
    const key = `${start}\0${metricKey(id)}`;
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = { id, unit, start, data: new Aggregate() };
      this.#pending.set(key, pending);
    }
    addSample(pending.data, sample);
    if (this.#closed) {
      this.flush();
      return;
    }
    this.#timer ??= this.#clock.at(this.#clock.now() + FLUSH_INTERVAL, () => this.flush());
  }

  /** From here on nothing waits: services that stop later may still send their last metrics. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [day, entries] of Map.groupBy(this.#pending.values(), (entry) => dayOf(entry.start)))
      appendFileSync(this.#file(day), entries.map(lineOf).join(''));
    this.#pending = new Map();
    this.#store.prune(this.#clock.now() / 1000);
    const oldest = this.#store.oldest;
    if (oldest !== undefined) this.#dropDaysBefore(dayOf(oldest));
  }

  load(): void {
    for (const day of this.#days()) this.#loadDay(day);
  }

  #loadDay(day: number): void {
    const file = this.#file(day);
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    const buckets = new Map<string, Pending>();
    let broken = 0;
    for (const line of lines) {
      const entry = parseLine(line);
      if (!entry) {
        broken += 1;
        continue;
      }
      const key = `${entry.start}\0${metricKey(entry.id)}`;
      const known = buckets.get(key);
      if (known) known.data.merge(entry.data);
      else buckets.set(key, entry);
    }
    for (const { id, unit, start, data } of buckets.values()) {
      this.#store.change(this.#store.bucket(id, unit, start), (bucket) => bucket.merge(data));
    }
    if (broken > 0) this.#log.warn(`${file}: skipped ${broken} lines that a kill had cut off`);
    // A cut line has no end, and the next line must not be glued to it.
    if (broken === 0 && lines.length <= 2 * buckets.size) return;
    writeFileSync(`${file}.tmp`, [...buckets.values()].map(lineOf).join(''));
    renameSync(`${file}.tmp`, file);
  }

  #dropDaysBefore(first: number): void {
    for (const day of this.#days()) if (day < first) rmSync(this.#file(day), { force: true });
  }

  #days(): number[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => dayOf(Date.parse(name.slice(0, -'.jsonl'.length)) / 1000))
      .sort((a, b) => a - b);
  }

  #file(day: number): string {
    return join(this.#folder, `${new Date(day * DAY * 1000).toISOString().slice(0, 10)}.jsonl`);
  }
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY);
}

function lineOf({ id, unit, start, data }: Pending): string {
  const line: Line = { metric: id, ...(unit && { unit }), start, data: data.toJSON() };
  return `${JSON.stringify(line)}\n`;
}

function parseLine(text: string): Pending | undefined {
  try {
    const { metric, unit, start, data } = JSON.parse(text) as Line;
    return { id: metric, unit, start, data: Aggregate.from(data) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
