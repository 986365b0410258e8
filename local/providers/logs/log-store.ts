import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../host/aws-error.ts';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { type LogEvent, LogStream } from './log-stream.ts';

const DAY = 24 * 3600 * 1000;
const SWEEP_INTERVAL = 3600 * 1000;
/** A group that grows beyond this loses its oldest streams: a laptop is no archive. */
const GROUP_BYTES = 64 * 1024 * 1024;

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  readonly retentionDays?: number | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  readonly group: string;
  readonly name: string;
  readonly creationTime: number;
}

/** Log groups, their streams, and what is kept of them for how long. */
export class LogStore {
  readonly #host: Host;
  readonly #folder: string;
  readonly #groups: Collection<LogGroup>;
  readonly #records: Collection<StreamRecord>;
  readonly #streams = new Map<string, LogStream>();
  #sweepTimer: Timer | undefined;

  constructor(host: Host) {
    const storage = host.storage('logs');
    this.#host = host;
    this.#folder = join(storage.folder, 'events');
    this.#groups = storage.collection('groups');
    this.#records = storage.collection('streams');
    mkdirSync(this.#folder, { recursive: true });
  }

  start(): void {
    this.#sweepTimer = this.#host.clock.at(this.#host.clock.now() + SWEEP_INTERVAL, () => {
      this.start();
      this.sweep();
    });
  }

  stop(): void {
    this.#sweepTimer?.cancel();
  }

  /** By name. */
  groups(): LogGroup[] {
    return this.#groups.values().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  group(name: string): LogGroup {
    const found = this.#groups.get(name);
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `The specified log group does not exist: ${name}`,
    );
  }

  createGroup(group: Omit<LogGroup, 'creationTime'>): void {
    if (this.#groups.has(group.name)) {
      throw new AwsError(
        'ResourceAlreadyExistsException',
        `The specified log group already exists: ${group.name}`,
      );
    }
    this.#groups.set(group.name, { ...group, creationTime: this.#host.clock.now() });
  }

  changeGroup(name: string, change: Partial<Omit<LogGroup, 'name'>>): void {
    this.#groups.set(name, { ...this.group(name), ...change });
  }

  deleteGroup(name: string): void {
    for (const stream of this.streams(name)) this.deleteStream(name, stream.name);
    this.#groups.delete(name);
  }

  /** Of one group, by name. */
  streams(group: string): StreamRecord[] {
    return this.#records
      .values()
      .filter((record) => record.group === group)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(group: string, name: string): LogStream {
    this.group(group);
    const key = keyOf(group, name);
    const open = this.#streams.get(key);
    if (open) return open;
    if (!this.#records.has(key)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `The specified log stream does not exist: ${name}`,
      );
    }
    const stream = new LogStream(join(this.#folder, `${fileName(group, name)}.log`));
    this.#streams.set(key, stream);
    return stream;
  }

  createStream(group: string, name: string): void {
    this.group(group);
    const key = keyOf(group, name);
    if (this.#records.has(key)) {
      throw new AwsError(
        'ResourceAlreadyExistsException',
        `The specified log stream already exists: ${name}`,
      );
    }
    this.#makeRoom(group);
    this.#records.set(key, { group, name, creationTime: this.#host.clock.now() });
  }

  deleteStream(group: string, name: string): void {
    const stream = this.stream(group, name);
    stream.remove();
    this.#streams.delete(keyOf(group, name));
    this.#records.delete(keyOf(group, name));
  }

  append(stream: LogStream, events: readonly { timestamp: number; message: string }[]): void {
    stream.append(events, this.#host.clock.now());
  }

  /** What retention has left of a stream, oldest first. */
  read(group: string, stream: string): LogEvent[] {
    const oldest = this.#oldestKept(this.group(group));
    return this.stream(group, stream)
      .read()
      .filter(({ timestamp }) => timestamp >= oldest);
  }

  /** Removes streams of which retention has left nothing. */
  sweep(): void {
    for (const group of this.groups()) {
      const oldest = this.#oldestKept(group);
      for (const { name, creationTime } of this.streams(group.name)) {
        const newest = this.stream(group.name, name).last?.timestamp ?? creationTime;
        if (newest < oldest) this.deleteStream(group.name, name);
      }
    }
  }

  #oldestKept({ retentionDays }: LogGroup): number {
    return retentionDays === undefined ? 0 : this.#host.clock.now() - retentionDays * DAY;
  }

  #makeRoom(group: string): void {
    const streams = this.streams(group)
      .map(({ name, creationTime }) => {
        const { bytes, last } = this.stream(group, name);
        return { name, bytes, newest: last?.ingestionTime ?? creationTime };
      })
      .sort((a, b) => a.newest - b.newest);
    let total = streams.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { name, bytes } of streams) {
      if (total <= GROUP_BYTES) return;
      this.deleteStream(group, name);
      total -= bytes;
    }
  }
}

function keyOf(group: string, stream: string): string {
  return `${group} ${stream}`;
}

/** Names of streams hold slashes and brackets, and are longer than a file's may be. */
function fileName(group: string, stream: string): string {
  const readable = group.replaceAll(/[^\w-]+/g, '-').slice(-60);
  const hash = createHash('sha256').update(keyOf(group, stream)).digest('hex').slice(0, 24);
  return `${readable}-${hash}`;
}
