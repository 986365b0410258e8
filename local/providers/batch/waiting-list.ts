import type { Job, JobPlace } from './job.ts';

/** A job that has not ended: what of it waits for a place on the machine. */
interface Entry {
  readonly id: string;
  readonly number: number;
  readonly queue: string;
  /** Children in their order, the next one last; of a job without any, itself. */
  readonly waiting: JobPlace[];
  /** How many have not ended, running ones included. */
  left: number;
  failed: boolean;
}

/** Jobs that have not ended, and which of their children wait. */
export class WaitingList {
  readonly #entries = new Map<string, Entry>();

  /** `places`: those of the job that have not ended, in their order. */
  add({ id, number, queue }: Job, places: readonly JobPlace[], failed: boolean): void {
    const waiting = places.toReversed();
    this.#entries.set(id, { id, number, queue, waiting, left: places.length, failed });
  }

  /** Jobs of which something waits, the oldest first. */
  jobs(): readonly Pick<Entry, 'id' | 'queue'>[] {
    return [...this.#entries.values()]
      .filter(({ waiting }) => waiting.length > 0)
      .sort((a, b) => a.number - b.number);
  }

  take(id: string): JobPlace | undefined {
    return this.#entries.get(id)?.waiting.pop();
  }

  /** Takes this one out of its turn; false when it does not wait. */
  takeOut(place: JobPlace): boolean {
    const waiting = this.#entries.get(place.id)?.waiting ?? [];
    const at = waiting.findLastIndex(({ index }) => index === place.index);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  /** It is the next one to run. */
  putBack(place: JobPlace): void {
    this.#entries.get(place.id)?.waiting.push(place);
  }

  /** What this place's end means for its job: undefined as long as others have not ended. */
  end({ id }: JobPlace, failed: boolean): 'SUCCEEDED' | 'FAILED' | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    entry.left -= 1;
    entry.failed ||= failed;
    if (entry.left > 0) return undefined;
    this.#entries.delete(id);
    return entry.failed ? 'FAILED' : 'SUCCEEDED';
  }
}
