import { AwsError } from '../host/aws-error.ts';
import type { Timer } from '../host/clock.ts';
import type { Host } from '../host/host.ts';

/** Milliseconds of cloud time between two sendings. */
const INTERVAL = 200;
/** So many lines are sent at once, whatever the time. */
const LINES_LIMIT = 1000;

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** One log stream, and what it has not sent yet. Made by `LogBatch.stream`. */
export interface LogStream {
  readonly group: string;
  readonly name: string;
  /** @internal Lines that wait. */
  events: LogEvent[];
}

/** Log lines on their way to CloudWatch Logs, in order, a few sendings a second. */
export class LogBatch {
  readonly #host: Host;
  readonly #waiting = new Set<LogStream>();
  #lines = 0;
  #timer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(host: Host) {
    this.#host = host;
  }

  stream(group: string, name: string): LogStream {
    return { group, name, events: [] };
  }

  add(stream: LogStream, message: string): void {
    const timestamp = this.#host.clock.now();
    if (stream.events.length === 0) this.#waiting.add(stream);
    stream.events.push({ timestamp, message });
    this.#lines += 1;
    if (this.#lines >= LINES_LIMIT) void this.flush();
    else this.#timer ??= this.#host.clock.at(timestamp + INTERVAL, () => void this.flush());
  }

  /** Sends what has gathered; resolves when everything up to now has arrived. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#lines = 0;
    for (const stream of this.#waiting) {
      const events = stream.events;
      stream.events = [];
      this.#sending = this.#sending.then(() => this.#send(stream, events));
    }
    this.#waiting.clear();
    return this.#sending;
  }

  async #send(stream: LogStream, logEvents: LogEvent[]): Promise<void> {
    const { group: logGroupName, name: logStreamName } = stream;
    const put = () =>
      this.#host.call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents });
    try {
      await put().catch(async (error) => {
        if (!isCode(error, 'ResourceNotFoundException')) throw error;
        await this.#create('CreateLogGroup', { logGroupName });
        await this.#create('CreateLogStream', { logGroupName, logStreamName });
        await put();
      });
    } catch (error) {
      this.#host.log.error(`${logEvents.length} lines of ${logGroupName} were lost`, error);
    }
  }

  async #create(operation: string, input: Record<string, unknown>): Promise<void> {
    try {
      await this.#host.call('logs', operation, input);
    } catch (error) {
      if (!isCode(error, 'ResourceAlreadyExistsException')) throw error;
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof AwsError && error.code === code;
}
