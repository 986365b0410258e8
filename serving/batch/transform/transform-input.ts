import { batchErrors } from '../../contract/batch.ts';
import { formOf } from '../../records/formats.ts';
import { BatchFailure } from '../batch-failure.ts';
import { inputPlace } from '../input-listing.ts';
import type { JobRequest } from '../job-request.ts';
import type { InputObject } from '../object-bytes.ts';
import type { ObjectStore } from '../object-store.ts';

/** What a request may ask of workers, and SageMaker does not do. */
const workersOnly: Readonly<Record<string, string>> = {
  format: 'the output is JSON Lines of answers',
  key: 'an answer carries the "id" of its request',
  columns: 'the input is JSON Lines of requests, which name their inputs',
  errorLimit: 'SageMaker gives no answers for an object with a record that fails',
  shardBytes: 'each object is a shard',
  partRows: 'each object has one output',
  backtest: 'only the live version is on SageMaker',
};

/** Throws with every option that means nothing here: silence would be taken for a yes. */
export function refuseWorkersOptions(given: unknown): void {
  const named = given !== null && typeof given === 'object' ? given : {};
  const problems = Object.entries(workersOnly)
    .filter(([option]) => (named as Record<string, unknown>)[option] !== undefined)
    .map(([option, why]) => `${option}: is not for models with target sagemaker: ${why}`);
  if (problems.length > 0) throw new BatchFailure(batchErrors.badRequest, problems.join('; '));
}

/** So many objects are looked into; the container judges the others. */
const looked = 100;
const headBytes = 64 * 1024;
const mostProblems = 10;

/** Looks whether objects can be sent to the model line by line, before machines are paid for it. */
export class TransformInput {
  readonly #store: ObjectStore;
  readonly #request: JobRequest;
  readonly #problems: string[] = [];
  #looked = 0;

  constructor(store: ObjectStore, request: JobRequest) {
    this.#store = store;
    this.#request = request;
  }

  async check(object: InputObject): Promise<void> {
    if (this.#problems.length >= mostProblems) return;
    const { format, compression } = formOf(object.name);
    if (format !== 'jsonl' || compression) {
      this.#problems.push(`${object.name} is ${compression ?? format}`);
    } else if (this.#looked < looked) {
      this.#looked += 1;
      if (!(await this.#beginsWithRequest(object)))
        this.#problems.push(`the first line of ${object.name} is none`);
    }
  }

  /** Throws with what was found. */
  conclude(): void {
    if (this.#problems.length === 0) return;
    throw new BatchFailure(
      batchErrors.badRequest,
      `input: SageMaker sends each line to the model as it is, so the input must be plain JSON Lines of inference requests such as {"inputs":[{"name":...,"datatype":...,"shape":[1,...],"data":[...]}]}; ${this.#problems.join('; ')}. Convert it, or run it on workers: they take rows, CSV, Parquet and compressed files, for a model with target lambda`,
    );
  }

  /** A line that is longer than what is read here is judged by its beginning. */
  async #beginsWithRequest(object: InputObject): Promise<boolean> {
    const end = Math.min(object.size, headBytes);
    const stored = await this.#store.read(inputPlace(this.#request.input, object), {
      range: { start: 0, end },
    });
    const text = Buffer.from(stored?.bytes ?? []).toString('utf8');
    const border = text.indexOf('\n');
    if (border < 0 && end < object.size) return text.trimStart().startsWith('{');
    return isRequest(border < 0 ? text : text.slice(0, border));
  }
}

function isRequest(line: string): boolean {
  try {
    return Array.isArray((JSON.parse(line) as { inputs?: unknown } | null)?.inputs);
  } catch {
    return false;
  }
}
