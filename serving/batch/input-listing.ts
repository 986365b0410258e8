import { createHash } from 'node:crypto';
import { batchErrors } from '../contract/batch.ts';
import { formOf } from '../records/formats.ts';
import { RecordsError } from '../records/records-error.ts';
import { BatchFailure } from './batch-failure.ts';
import type { InputObject } from './object-bytes.ts';
import type { ListedObject, ObjectStore } from './object-store.ts';
import { type Place, placeText } from './place.ts';
import type { PlannedInput } from './plan.ts';

const mostProblems = 10;

/** The objects of a job's input, listed once, and what was counted on the way. */
export class InputListing {
  readonly #store: ObjectStore;
  readonly #input: Place;
  readonly #folder: string;
  readonly #isWanted: (object: ListedObject) => boolean;
  readonly #hash = createHash('sha256');
  readonly #problems: string[] = [];
  #count = { objects: 0, bytes: 0, empty: 0, skipped: 0 };

  constructor(
    store: ObjectStore,
    input: Place,
    isWanted: (object: ListedObject) => boolean = () => true,
  ) {
    this.#store = store;
    this.#input = input;
    this.#folder = inputFolder(input);
    this.#isWanted = isWanted;
  }

  /** Objects that hold something, in the order of their keys; by page, as a million of them are many. */
  async *pages(): AsyncGenerator<readonly InputObject[]> {
    for await (const page of this.#store.list(this.#input)) {
      const lines: string[] = [];
      const objects: InputObject[] = [];
      for (const listed of page) {
        const object = this.#taken(listed, lines);
        if (object) objects.push(object);
      }
      this.#hash.update(lines.join(''));
      yield objects;
    }
    if (this.#problems.length === 0) return;
    throw new BatchFailure(batchErrors.badRequest, `input: ${this.#problems.join('; ')}`);
  }

  /** To be asked behind the last object. */
  result(): PlannedInput {
    return { ...this.#count, digest: this.#hash.digest('hex') };
  }

  #taken(listed: ListedObject, lines: string[]): InputObject | undefined {
    const { key, size, etag } = listed;
    // Without a slash at its end the input is one object, and not what else begins with its name.
    if (!isPrefix(this.#input) && key !== this.#input.key) return undefined;
    if (key.endsWith('/') || !this.#isWanted(listed)) return undefined;
    const name = key.slice(this.#folder.length);
    if (/(^|\/)[_.]/.test(name)) {
      this.#count.skipped += 1;
      return undefined;
    }
    lines.push(`${key}\0${size}\0${etag}\n`);
    this.#count.objects += 1;
    this.#count.bytes += size;
    this.#refuseUnknownForm(name);
    if (size > 0) return { name, size, etag };
    this.#count.empty += 1;
    return undefined;
  }

  #refuseUnknownForm(name: string): void {
    if (this.#problems.length >= mostProblems) return;
    try {
      formOf(name);
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      this.#problems.push(error.message);
    }
  }
}

/** The part of the input's key that objects' names leave out. */
export function inputFolder({ key }: Place): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

export function inputPlace(input: Place, object: Pick<InputObject, 'name'>): Place {
  return { bucket: input.bucket, key: inputFolder(input) + object.name };
}

function isPrefix({ key }: Place): boolean {
  return key === '' || key.endsWith('/');
}

export function noInput(input: Place): BatchFailure {
  const advice = isPrefix(input)
    ? 'no object lies below it'
    : 'no such object; a prefix of many objects ends with "/"';
  return new BatchFailure(batchErrors.inputMissing, `input: ${placeText(input)}: ${advice}`);
}
