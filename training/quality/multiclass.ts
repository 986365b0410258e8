import { leastProbability } from './binary.ts';

/** How well probabilities of several classes meet the truth. */
export interface MulticlassQuality {
  readonly examples: number;
  readonly accuracy: number;
  /** Mean of -ln(probability given to the truth), that probability taken as at least 1e-7. */
  readonly logLoss: number;
  readonly perClass: readonly ClassQuality[];
  /** `confusion[truth][answer]`: number of examples. */
  readonly confusion: readonly (readonly number[])[];
}

export interface ClassQuality {
  readonly class: number;
  readonly examples: number;
  readonly precision: number;
  readonly recall: number;
}

export function multiclassQuality(
  truths: readonly number[],
  answers: readonly number[],
  probabilities: readonly (readonly number[])[],
): MulticlassQuality {
  const classes = [...(probabilities[0] ?? []).keys()];
  const confusion = classes.map(() => classes.map(() => 0));
  truths.forEach((truth, at) => {
    const row = confusion[truth] as number[];
    const answer = answers[at] as number;
    row[answer] = (row[answer] as number) + 1;
  });
  const right = (name: number) => confusion[name]?.[name] as number;
  const loss = probabilities.reduce(
    (total, row, at) =>
      total - Math.log(Math.max(row[truths[at] as number] as number, leastProbability)),
    0,
  );
  return {
    examples: truths.length,
    accuracy: sum(classes.map(right)) / truths.length,
    logLoss: loss / truths.length,
    perClass: classes.map((name) => ({
      class: name,
      examples: sum(confusion[name] as number[]),
      precision: right(name) / sum(confusion.map((row) => row[name] as number)),
      recall: right(name) / sum(confusion[name] as number[]),
    })),
    confusion,
  };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
