import type { Clock, Timer } from '../../host/clock.ts';
import type { Invocation } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import type { Answer } from './runtime-api.ts';
import { eventReply } from './runtime-replies.ts';

/** How an event ended and how long it ran, or that its environment has ended before it began. */
export type Turn = { readonly outcome: Outcome; readonly durationMs: number } | 'unbegun';

interface Given {
  readonly invocation: Invocation;
  readonly settle: (turn: Turn) => void;
  /** Not known of one given ahead until the process tells. */
  hasBegun: boolean;
}

interface Running {
  readonly given: Given;
  readonly since: number;
  readonly timer: Timer;
}

/**
 * The events of one execution environment. It answers one at a time; one more may be given ahead, so
 * that a process which is asked all the time need not sleep in between.
 */
export class Turns {
  /** It asks for an event and has none. */
  onIdle: () => void = () => {};
  /** It asks for an event while it answers another. */
  onAhead: () => void = () => {};
  /** What was given ahead runs now. */
  onTurn: () => void = () => {};
  readonly #time: Clock;
  readonly #overrun: () => void;
  readonly #asked: Answer[] = [];
  #running: Running | undefined;
  #ahead: Given | undefined;

  /** `overrun` is called when one takes longer than it may. */
  constructor(time: Clock, overrun: () => void) {
    this.#time = time;
    this.#overrun = overrun;
  }

  /** The one that runs. */
  get running(): Invocation | undefined {
    return this.#running?.given.invocation;
  }

  get takesAhead(): boolean {
    return this.#running !== undefined && !this.#ahead && this.#asked.length > 0;
  }

  ask(answer: Answer): void {
    this.#asked.push(answer);
    if (!this.#running) {
      if (this.#asked.length === 1) this.onIdle();
    } else if (!this.#ahead) this.onAhead();
  }

  /** Only while it asks for an event, and at most one ahead. */
  give(invocation: Invocation): Promise<Turn> {
    const next = this.#ahead ? undefined : this.#asked.shift();
    if (!next) throw new Error('The execution environment does not ask for an event');
    return new Promise((settle) => {
      const given: Given = { invocation, settle, hasBegun: !this.#running };
      if (this.#running) this.#ahead = given;
      else this.#begin(given);
      next(eventReply(invocation, this.#time.now() + invocation.timeoutMs));
    });
  }

  /** The process has begun with an event; one that it has ended already may still be told of. */
  begun(requestId: string): void {
    for (const given of [this.#running?.given, this.#ahead]) {
      if (given?.invocation.requestId === requestId) given.hasBegun = true;
    }
  }

  /** The one that runs has ended, and the process goes on. */
  finish(outcome: Outcome): void {
    this.#end(outcome);
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead) {
      this.#begin(ahead);
      this.onTurn();
    } else if (this.#asked.length > 0) this.onIdle();
  }

  /** The process has ended: what it had not begun with may be given to another. */
  lose(outcome: Outcome): void {
    this.#asked.length = 0;
    if (this.#running?.given.hasBegun) this.#end(outcome);
    for (const given of [this.#running?.given, this.#ahead]) {
      given?.settle(given.hasBegun ? { outcome, durationMs: 0 } : 'unbegun');
    }
    this.#running?.timer.cancel();
    this.#running = undefined;
    this.#ahead = undefined;
  }

  #begin(given: Given): void {
    const since = this.#time.now();
    const timer = this.#time.at(since + given.invocation.timeoutMs, () => {
      this.#asked.length = 0;
      this.#end({ kind: 'timeout' });
      this.#overrun();
    });
    this.#running = { given, since, timer };
  }

  #end(outcome: Outcome): void {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.timer.cancel();
    running.given.settle({ outcome, durationMs: this.#time.now() - running.since });
  }
}
