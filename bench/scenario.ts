/** One thing that the bench measures, by the name that `--only` takes. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly run: (bench: Bench) => Promise<readonly Row[]>;
}

/** What a scenario is given. */
export interface Bench {
  /** Few rounds: to see whether it works and roughly how much. */
  readonly quick: boolean;
  /** A folder of the scenario's own, removed when it has ended. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}

/** One line of the table: one thing measured against another in the same rounds. */
export interface Row {
  readonly subject: string;
  readonly baseline: string;
  readonly goal: Goal;
  readonly outcome: Outcome;
}

export type Outcome = Measured | { readonly skipped: string };

export interface Measured {
  /** Median over the rounds of subject ÷ baseline. */
  readonly ratio: number;
  /** The same of `wallMicros`, where it was taken. */
  readonly wallRatio?: number;
  readonly unit: string;
  /** Medians. */
  readonly subject: Figures;
  readonly baseline: Figures;
  readonly rounds: number;
}

export interface Figures {
  readonly value: number;
  /** CPU time of one request beside a value that is no CPU time, microseconds. */
  readonly cpuMicros?: number;
  /** What passed on the clock beside a value that is CPU time: on a busy machine mostly waiting. */
  readonly wallMicros?: number;
}

/** A goal has steps: the first is due, those after it are where to go next. */
export interface Goal {
  readonly ratio: 'at most' | 'at least';
  readonly steps: readonly number[];
  /** For a goal that is no ratio. */
  readonly unit?: string;
}

export function atMost(...steps: number[]): Goal {
  return { ratio: 'at most', steps };
}

export function atLeast(...steps: number[]): Goal {
  return { ratio: 'at least', steps };
}

/** How many of the goal's steps a ratio reaches. */
export function stepsMet({ ratio: sense, steps }: Goal, ratio: number): number {
  return steps.filter((step) => (sense === 'at most' ? ratio <= step : ratio >= step)).length;
}
