import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { FunctionReference } from './function-name.ts';
import type { EventInvokeConfig, FunctionStore } from './function-store.ts';
import type { InvokeRequest, InvokeResult } from './invoker.ts';

const MINUTE = 60_000;
/** A failed event is tried again after one minute, then after two. */
const DEFAULT_ATTEMPTS = 2;
const DEFAULT_AGE_SECONDS = 21_600;

interface QueuedEvent {
  readonly id: string;
  readonly reference: FunctionReference;
  /** Base64. */
  readonly payload: string;
  readonly receivedAt: number;
  readonly dueAt: number;
  /** Attempts that ended in an error of the function. */
  readonly failures: number;
}

/** Asynchronous invocations, kept until they succeed or have used up their attempts. */
export class EventQueue {
  readonly #host: Host;
  readonly #store: FunctionStore;
  readonly #invoke: (request: InvokeRequest) => Promise<InvokeResult>;
  readonly #events: Collection<QueuedEvent>;
  readonly #timers = new Map<string, Timer>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    host: Host,
    store: FunctionStore,
    invoke: (request: InvokeRequest) => Promise<InvokeResult>,
  ) {
    this.#host = host;
    this.#store = store;
    this.#invoke = invoke;
    this.#events = host.storage('lambda').collection('events');
  }

  add(reference: FunctionReference, payload: Buffer): void {
    const now = this.#host.clock.now();
    this.#schedule({
      id: randomUUID(),
      reference,
      payload: payload.toString('base64'),
      receivedAt: now,
      dueAt: now,
      failures: 0,
    });
  }

  /** Takes up what the last stop left. */
  start(): void {
    for (const event of this.#events.values()) this.#schedule(event);
  }

  /** What runs now is cut off by the stop; the next start does it again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    await Promise.all(this.#running);
  }

  #schedule(event: QueuedEvent): void {
    this.#events.set(event.id, event);
    const run = () => {
      this.#timers.delete(event.id);
      const running = this.#run(event).finally(() => this.#running.delete(running));
      this.#running.add(running);
    };
    this.#timers.set(event.id, this.#host.clock.at(event.dueAt, run));
  }

  async #run(event: QueuedEvent): Promise<void> {
    const failed = await this.#attempt(event);
    if (failed && this.#stopped) return;
    if (!failed) return this.#events.delete(event.id);
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = this.#config(event);
    const failures = event.failures + (failed === 'function' ? 1 : 0);
    const dueAt = this.#host.clock.now() + MINUTE * Math.max(1, failures);
    const expires = event.receivedAt + (MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
    if (failures > (MaximumRetryAttempts ?? DEFAULT_ATTEMPTS) || dueAt > expires) {
      this.#host.log.warn(`An event for ${event.reference.name} was given up`);
      this.#events.delete(event.id);
      return;
    }
    this.#schedule({ ...event, failures, dueAt });
  }

  /** Whose fault it was that the event could not be processed; undefined when it was. */
  async #attempt(event: QueuedEvent): Promise<'function' | 'platform' | undefined> {
    try {
      const payload = Buffer.from(event.payload, 'base64');
      const result = await this.#invoke({ reference: event.reference, payload });
      return result.functionError ? 'function' : undefined;
    } catch (error) {
      if (error instanceof AwsError) return error.status === 429 ? 'platform' : 'function';
      this.#host.log.error(`An event for ${event.reference.name} could not be delivered`, error);
      return 'platform';
    }
  }

  #config({ reference: { name, qualifier } }: QueuedEvent): EventInvokeConfig {
    if (!this.#store.has(name)) return {};
    return this.#store.attributes(name).eventInvoke[qualifier ?? '$LATEST'] ?? {};
  }
}
