import { wait } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { Container } from './container.ts';
import type { ContainerLauncher, ContainerSpec } from './container-launcher.ts';
import type { SagemakerOptions } from './options.ts';
import { Rota } from './rota.ts';

export interface GroupParts {
  readonly host: Host;
  readonly launcher: ContainerLauncher;
  readonly options: SagemakerOptions;
}

/** One place of a group: its container, and the next one when that has died. */
interface Slot {
  /** Resolves when its container was ready for the first time; rejects when it never will be. */
  readonly up: Promise<void>;
  readonly signal: AbortSignal;
  /** Gives the place up. */
  leave(): void;
  container: Container | undefined;
}

/** A container did not come up in its time. */
export class StartFailure extends Error {}

/** The containers of one variant or component: as many as wanted, each replaced when it dies. */
export class ContainerGroup {
  readonly spec: ContainerSpec;
  readonly name: string;
  readonly #parts: GroupParts;
  readonly #slots: Slot[] = [];
  readonly #rota: Rota;
  readonly #leaving = new Set<Promise<void>>();
  #isEnding = false;

  constructor(name: string, spec: ContainerSpec, parts: GroupParts) {
    this.name = name;
    this.spec = spec;
    this.#parts = parts;
    this.#rota = new Rota(parts.options);
  }

  /** How many there are to be. */
  get wanted(): number {
    return this.#slots.length;
  }

  /** How many take requests. */
  get ready(): number {
    return this.#rota.size;
  }

  /** Whether it is on its way out, as a whole. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Resolves when all are ready, or when those too many get no more requests. */
  async scaleTo(count: number): Promise<void> {
    const added: Slot[] = [];
    while (this.#slots.length < count) {
      const slot = this.#open();
      this.#slots.push(slot);
      added.push(slot);
    }
    while (this.#slots.length > count) this.#leastNeeded().leave();
    try {
      await Promise.all(added.map(({ up }) => up));
    } catch (error) {
      for (const slot of added) slot.leave();
      throw error;
    }
  }

  /** See `Rota`: the container with the fewest requests, reserved. */
  acquire(random = false): Container | Promise<Container | undefined> {
    return this.#rota.acquire(random);
  }

  /** See `Rota`: no requests for it until it has answered a ping. */
  doubt(container: Container): void {
    this.#rota.doubt(container);
  }

  /** Takes no more requests, answers those it has and ends; resolves when all is gone. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const slot of [...this.#slots]) slot.leave();
    this.#rota.close();
    while (this.#leaving.size > 0) await Promise.all(this.#leaving);
  }

  #open(): Slot {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {}); // whoever waits for it sees it as well
    const left = new AbortController();
    const slot: Slot = {
      up: promise,
      signal: left.signal,
      container: undefined,
      leave: () => {
        const index = this.#slots.indexOf(slot);
        if (index >= 0) this.#slots.splice(index, 1);
        left.abort(new StartFailure('It is not wanted any more'));
        reject(left.signal.reason);
      },
    };
    const running = this.#keep(slot, resolve, reject).catch((error) => {
      reject(error);
      slot.leave();
    });
    const tracked = running.finally(() => this.#leaving.delete(tracked));
    this.#leaving.add(tracked);
    return slot;
  }

  /** Has a container in the place until nobody wants it any more. */
  async #keep(slot: Slot, up: () => void, fail: (error: Error) => void): Promise<void> {
    const { host, launcher, options } = this.#parts;
    const { clock } = host;
    let deadline = clock.now() + this.spec.startupMs;
    let crashes = 0;
    for (let wasUp = false; !slot.signal.aborted; ) {
      if (clock.now() >= deadline || crashes >= options.startCrashes) {
        if (!wasUp) return fail(this.#startFailure());
        deadline = clock.now() + this.spec.startupMs;
      }
      const container = await launcher.launch(this.spec);
      slot.container = container;
      void container.ended.then(() => {
        crashes += 1;
      });
      if (await this.#untilUp(container, slot.signal, deadline)) {
        wasUp = true;
        up();
        await this.#serve(container, slot.signal);
        deadline = clock.now() + this.spec.startupMs;
        continue;
      }
      container.kill();
      if (slot.signal.aborted) break;
      host.log.warn(`A container of ${this.name} did not come up: see ${this.spec.logGroup}`);
      await wait(options.time, options.restartMs, slot.signal).catch(() => {});
    }
  }

  /** False when it has died, when its time is over or when it is not wanted any more. */
  async #untilUp(container: Container, signal: AbortSignal, deadline: number): Promise<boolean> {
    const { host, options } = this.#parts;
    const over = new AbortController();
    const timer = host.clock.at(deadline, () => over.abort());
    void container.ended.then(() => over.abort());
    const given = AbortSignal.any([signal, over.signal]);
    try {
      while (!given.aborted) {
        if (await container.ping(options.pingLimitMs)) return !given.aborted;
        await wait(options.time, options.startPingMs, given).catch(() => {});
      }
      return false;
    } finally {
      timer.cancel();
    }
  }

  /** Gives it requests until it dies, fails its pings or has to leave; then lets it end. */
  async #serve(container: Container, signal: AbortSignal): Promise<void> {
    const { host } = this.#parts;
    this.#rota.enter(container);
    const why = await this.#untilUnfit(container, signal);
    this.#rota.leave(container);
    if (!signal.aborted) host.log.warn(`A container of ${this.name} is replaced: ${why}`);
    const ending = this.#retire(container).finally(() => this.#leaving.delete(ending));
    this.#leaving.add(ending);
  }

  async #retire(container: Container): Promise<void> {
    await container.drained();
    await container.end(this.#parts.options.killMs);
  }

  async #untilUnfit(container: Container, signal: AbortSignal): Promise<string> {
    const { options } = this.#parts;
    const over = new AbortController();
    const ended = container.ended.then((reason) => {
      over.abort();
      return reason;
    });
    const given = AbortSignal.any([signal, over.signal]);
    for (let failed = 0; !given.aborted; ) {
      await wait(options.time, options.pingMs, given).catch(() => {});
      if (given.aborted) break;
      failed = (await container.ping(options.pingLimitMs)) ? 0 : failed + 1;
      if (failed >= options.failedPings && !given.aborted) return 'it does not answer /ping';
    }
    return signal.aborted ? 'it is not wanted any more' : ended;
  }

  /** One that is not up yet, or else the one with the fewest requests. */
  #leastNeeded(): Slot {
    const load = ({ container }: Slot) =>
      container && this.#rota.has(container) ? container.outstanding : -1;
    return this.#slots.reduceRight((least, slot) => (load(slot) < load(least) ? slot : least));
  }

  #startFailure(): StartFailure {
    return new StartFailure(
      `The primary container for production variant ${this.name} did not pass the ping health check. ` +
        `Please check CloudWatch logs for this endpoint (${this.spec.logGroup}).`,
    );
  }
}
