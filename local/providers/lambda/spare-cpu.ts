import { cpus } from 'node:os';

/** A judgement holds so long: reading the processors' times costs a tenth of a millisecond. */
const INTERVAL_MS = 250;
/** Busier than this, a further process only makes the others slower. */
const SATURATED = 0.8;

/** Whether the machine's processors had time to spare lately. */
export class SpareCpu {
  #at = performance.now();
  #last = times();
  #spare = true;

  check(): boolean {
    const now = performance.now();
    if (now - this.#at < INTERVAL_MS) return this.#spare;
    const current = times();
    const total = current.total - this.#last.total;
    if (total > 0) this.#spare = (current.busy - this.#last.busy) / total < SATURATED;
    this.#at = now;
    this.#last = current;
    return this.#spare;
  }
}

function times(): { busy: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times: each } of cpus()) {
    idle += each.idle;
    total += each.user + each.nice + each.sys + each.irq + each.idle;
  }
  return { busy: total - idle, total };
}
