import { batchErrors } from '../../contract/batch.ts';
import { quote } from '../../protocol/quote.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import type { Batch, CarriedValue } from '../../records/records.ts';
import type { Refusal } from '../answers.ts';
import { BatchFailure } from '../batch-failure.ts';
import type { JobBacktest } from '../job-request.ts';
import type { OpenSink, PartSink } from '../part-sink.ts';
import {
  classesOf,
  classOfLabel,
  numberOfLabel,
  numbersOf,
  type PredictionKind,
} from './prediction.ts';
import {
  addClasses,
  addErrors,
  type Group,
  noClasses,
  noErrors,
  noTally,
  sliceName,
  type Tally,
} from './tally.ts';

/** Values of a slice's column, and classes: more of them are a mistake, and fill the memory. */
const mostValues = 1000;

export interface TallyOptions {
  readonly backtest: JobBacktest;
  readonly kind: PredictionKind;
  /** Names of each arm's outputs, in the order in which it gives them. */
  readonly outputs: readonly (readonly string[])[];
}

/** Parts of a backtest hold what the comparison needs of their rows, and not the rows. */
export function tallySinks(options: TallyOptions): OpenSink {
  return () => new TallySink(options);
}

class TallySink implements PartSink {
  readonly extension = 'json';
  readonly contentType = 'application/json';
  readonly #options: TallyOptions;
  #rows = 0;
  #unlabelled = 0;
  #refused = { champion: 0, challenger: 0 };
  #confusion = new Map<string, Map<string, number>>();
  #groups = new Map<string, Group>();

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  add(batch: Batch, outputs: readonly (readonly Tensor[])[]): void {
    const { backtest, kind, outputs: names } = this.#options;
    const [champion, challenger] = outputs.map(
      (tensors, arm) => tensors[names[arm]?.indexOf(backtest.prediction) ?? -1] as Tensor,
    ) as [Tensor, Tensor];
    const labels = batch.carried.get(backtest.label) as readonly CarriedValue[];
    this.#rows += batch.rows;
    if (kind === 'class') this.#addClasses(batch, labels, champion, challenger);
    else this.#addNumbers(batch, labels, champion, challenger);
  }

  refuse(batch: Batch, refusals: readonly Refusal[]): void {
    this.#rows += batch.rows;
    for (const { arm } of refusals) {
      this.#refused[arm === 0 ? 'champion' : 'challenger'] += batch.rows;
    }
  }

  finish(): Uint8Array {
    const tally: Tally = {
      rows: this.#rows,
      refused: this.#refused,
      unlabelled: this.#unlabelled,
      confusion: Object.fromEntries(
        [...this.#confusion].map(([name, row]) => [name, Object.fromEntries(row)]),
      ),
      groups: [...this.#groups.values()],
    };
    this.#rows = 0;
    this.#unlabelled = 0;
    this.#refused = { ...noTally.refused };
    this.#confusion = new Map();
    this.#groups = new Map();
    return Buffer.from(`${JSON.stringify(tally)}\n`);
  }

  #addClasses(batch: Batch, labels: readonly CarriedValue[], first: Tensor, second: Tensor): void {
    const champions = classesOf(first, batch.rows);
    const challengers = classesOf(second, batch.rows);
    for (let row = 0; row < batch.rows; row += 1) {
      const champion = champions[row] as string;
      const challenger = challengers[row] as string;
      this.#confuse(champion, challenger);
      const label = classOfLabel(labels[row] as CarriedValue);
      if (label === undefined) this.#unlabelled += 1;
      else {
        this.#eachGroup(batch, row, (group) => ({
          ...group,
          classes: addClasses(group.classes ?? noClasses, label, champion, challenger),
        }));
      }
    }
  }

  #addNumbers(batch: Batch, labels: readonly CarriedValue[], first: Tensor, second: Tensor): void {
    const champions = numbersOf(first);
    const challengers = numbersOf(second);
    for (let row = 0; row < batch.rows; row += 1) {
      const label = numberOfLabel(labels[row] as CarriedValue);
      if (label === undefined) this.#unlabelled += 1;
      else {
        this.#eachGroup(batch, row, (group) => ({
          ...group,
          errors: addErrors(
            group.errors ?? noErrors,
            label,
            champions[row] as number,
            challengers[row] as number,
          ),
        }));
      }
    }
  }

  #confuse(champion: string, challenger: string): void {
    const row = this.#confusion.get(champion) ?? new Map<string, number>();
    row.set(challenger, (row.get(challenger) ?? 0) + 1);
    this.#confusion.set(champion, row);
    const { prediction } = this.#options.backtest;
    if (Math.max(this.#confusion.size, row.size) > mostValues) throw tooMany('output', prediction);
  }

  /** The group of all rows, and those of the row's values in the slices' columns. */
  #eachGroup(batch: Batch, row: number, add: (group: Group) => Group): void {
    const columns = this.#options.backtest.slices;
    const slices = columns.map((column) => ({
      slice: { column, value: String(batch.carried.get(column)?.[row] ?? '') },
    }));
    for (const group of [{}, ...slices]) {
      const name = sliceName(group);
      this.#groups.set(name, add(this.#groups.get(name) ?? group));
    }
    if (this.#groups.size > mostValues * columns.length + 1) {
      throw tooMany('columns', columns.join(', '));
    }
  }
}

function tooMany(what: string, name: string): BatchFailure {
  return new BatchFailure(
    batchErrors.badRequest,
    `backtest: the ${what} ${quote(name)} have more than ${mostValues} values; choose what has a few`,
  );
}
