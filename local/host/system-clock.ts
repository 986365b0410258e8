import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CloudClock, Timer } from './clock.ts';
import type { Log } from './log.ts';
import { TimerQueue } from './timer-queue.ts';

/** While the clock runs faster than real time its lead is saved this often (real milliseconds). */
const SAVE_INTERVAL = 1000;
/** setTimeout takes no more than this; a longer wait is armed again when it ends. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's time as the clock reads it; tests hand in their own. */
export interface MachineTime {
  /** Wall-clock milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
}

const machineTime: MachineTime = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

interface Saved {
  readonly wall: number;
  readonly cloud: number;
  readonly rate: number;
}

/**
 * Real time, optionally faster. What it has gained on the wall clock is kept in the state: a cloud
 * that slept through the night wakes later than it fell asleep, however fast it ran before.
 */
export class SystemClock implements CloudClock {
  readonly #timers = new TimerQueue();
  readonly #file: string;
  readonly #log: Log;
  readonly #time: MachineTime;
  #cloudAnchor: number;
  #realAnchor: number;
  #rate = 1;
  #timeout: NodeJS.Timeout | undefined;
  #saving: NodeJS.Timeout | undefined;

  constructor(options: { file: string; log: Log; time?: MachineTime }) {
    this.#file = options.file;
    this.#log = options.log;
    this.#time = options.time ?? machineTime;
    this.#realAnchor = this.#time.monotonic();
    this.#cloudAnchor = this.#resume();
  }

  now(): number {
    return Math.floor(this.#exact());
  }

  at(time: number, task: () => void): Timer {
    const timer = this.#timers.add(time, task);
    this.#arm();
    return timer;
  }

  get rate(): number {
    return this.#rate;
  }

  setRate(rate: number): void {
    clearInterval(this.#saving);
    this.#runAt(rate);
    if (rate !== 1) this.#saving = setInterval(() => this.#save(), SAVE_INTERVAL).unref();
    this.#arm();
  }

  /** Forgets every task and saves the time, so that the next clock on this state goes on from it. */
  stop(): void {
    this.#timers.clear();
    clearTimeout(this.#timeout);
    clearInterval(this.#saving);
    this.#runAt(1);
  }

  #runAt(rate: number): void {
    this.#cloudAnchor = this.#exact();
    this.#realAnchor = this.#time.monotonic();
    this.#rate = rate;
    this.#save();
  }

  #exact(): number {
    return this.#cloudAnchor + (this.#time.monotonic() - this.#realAnchor) * this.#rate;
  }

  #arm(): void {
    clearTimeout(this.#timeout);
    const next = this.#timers.next;
    if (next === undefined) return;
    const real = Math.max(0, (next - this.#exact()) / this.#rate);
    // Rounded up: a timeout that ends a fraction early would find nothing due and arm itself again.
    this.#timeout = setTimeout(() => this.#run(), Math.min(Math.ceil(real), LONGEST_TIMEOUT));
  }

  #run(): void {
    const now = this.now();
    for (let task = this.#timers.takeDue(now); task; task = this.#timers.takeDue(now)) {
      try {
        task();
      } catch (error) {
        this.#log.error('A scheduled task failed', error);
      }
    }
    this.#arm();
  }

  #save(): void {
    const saved: Saved = { wall: this.#time.wall(), cloud: this.#exact(), rate: this.#rate };
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.tmp`, JSON.stringify(saved));
    renameSync(`${this.#file}.tmp`, this.#file);
  }

  #resume(): number {
    const wall = this.#time.wall();
    const saved = readSaved(this.#file);
    if (!saved) return wall;
    // A killed cloud may have run on for one interval since it last saved.
    const unsaved = Math.max(0, saved.rate - 1) * SAVE_INTERVAL * 2;
    return Math.max(wall, saved.cloud + unsaved + Math.max(0, wall - saved.wall));
  }
}

function readSaved(file: string): Saved | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The clock's state ${file} cannot be read: ${(error as Error).message}`);
  }
}
