/** How well probabilities of a yes/no question meet the truth. */
export interface BinaryQuality {
  readonly examples: number;
  readonly positives: number;
  /** From this probability on the answer is yes. */
  readonly threshold: number;
  readonly accuracy: number;
  /** Part of the yes answers that are right. */
  readonly precision: number;
  /** Part of the positives that were found. */
  readonly recall: number;
  readonly f1: number;
  /** Chance that a positive gets the higher probability than a negative. */
  readonly auc: number;
  /** Mean of -ln(probability given to the truth), that probability taken as at least 1e-7. */
  readonly logLoss: number;
  readonly confusion: Confusion;
}

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** FP32 rounds a sure answer to 0 or 1: one wrong among these must not make the mean infinite. */
export const leastProbability = 1e-7;

export function binaryQuality(
  truths: readonly boolean[],
  probabilities: readonly number[],
  threshold = 0.5,
): BinaryQuality {
  const confusion = confusionOf(truths, probabilities, threshold);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const precision = truePositives / (truePositives + falsePositives);
  const recall = truePositives / (truePositives + falseNegatives);
  return {
    examples: truths.length,
    positives: truePositives + falseNegatives,
    threshold,
    accuracy: (truePositives + trueNegatives) / truths.length,
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
    auc: areaUnderCurve(truths, probabilities),
    logLoss: logLoss(truths, probabilities),
    confusion,
  };
}

function confusionOf(
  truths: readonly boolean[],
  probabilities: readonly number[],
  threshold: number,
): Confusion {
  const count = (truth: boolean, answer: boolean) =>
    truths.filter(
      (value, at) => value === truth && (probabilities[at] as number) >= threshold === answer,
    ).length;
  return {
    truePositives: count(true, true),
    falsePositives: count(false, true),
    trueNegatives: count(false, false),
    falseNegatives: count(true, false),
  };
}

/** By the rank sum of the positives (Mann-Whitney); equal probabilities share their mean rank. */
function areaUnderCurve(truths: readonly boolean[], probabilities: readonly number[]): number {
  const order = [...probabilities.keys()].sort(
    (left, right) => (probabilities[left] as number) - (probabilities[right] as number),
  );
  let rankSum = 0;
  let positives = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = probabilities[order[start] as number];
    while (end < order.length && probabilities[order[end] as number] === value) end++;
    const tied = order.slice(start, end).filter((index) => truths[index]).length;
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
  }
  const negatives = truths.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function logLoss(truths: readonly boolean[], probabilities: readonly number[]): number {
  const sum = probabilities.reduce(
    (total, probability, at) =>
      total - Math.log(Math.max(truths[at] ? probability : 1 - probability, leastProbability)),
    0,
  );
  return sum / truths.length;
}
