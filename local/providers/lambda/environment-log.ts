import type { LogBatch, LogStream } from '../../telemetry/log-batch.ts';
import type { FunctionRecord } from './function-record.ts';
import { limits } from './limits.ts';
import { type PlatformLog, platformLog } from './platform-log.ts';

/** The log stream of one execution environment: its process's lines and Lambda's own. */
export class EnvironmentLog {
  readonly platform: PlatformLog;
  /** Milliseconds that its start took, until an invocation has reported them. */
  initMs: number | undefined;
  readonly #batch: LogBatch;
  readonly #stream: LogStream;
  #tail: string[] | undefined;

  constructor(batch: LogBatch, record: FunctionRecord, streamName: string) {
    this.#batch = batch;
    this.#stream = batch.stream(record.LoggingConfig.LogGroup, streamName);
    this.platform = platformLog(record.LoggingConfig.LogFormat);
  }

  write(line: string | undefined): void {
    if (line === undefined) return;
    this.#batch.add(this.#stream, line);
    this.#tail?.push(line);
  }

  /** Remembers what follows, for a caller who wants to see it. */
  beginTail(): void {
    this.#tail = [];
  }

  /** The end of what followed, base64 as Invoke returns it. */
  takeTail(): string {
    const text = Buffer.from(`${(this.#tail ?? []).join('\n')}\n`);
    this.#tail = undefined;
    return text.subarray(-limits.logTailBytes).toString('base64');
  }

  takeInitMs(): number | undefined {
    const taken = this.initMs;
    this.initMs = undefined;
    return taken;
  }
}

/** `2026/01/31/[version]` and a name of its own, as Lambda names the streams of environments. */
export function logStreamName(time: number, version: string, id: string): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${id}`;
}
