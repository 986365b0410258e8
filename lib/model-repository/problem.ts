/** One thing that is wrong in a model repository, in the words of the person who can repair it. */
export interface Problem {
  /** The file or folder, as the repository was named to us: `model-artifacts/spam/model.yaml`. */
  readonly file: string;
  /** The field inside the file, with dots: `rollout.percent`. */
  readonly field?: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** The value that was found there. */
  readonly seen?: string;
  /** What is wrong. A sentence without the final full stop. */
  readonly problem: string;
  /** What to do about it. A sentence without the final full stop. */
  readonly fix: string;
}

/** `file:line field: what is wrong (seen: value). What to do.` */
export function formatProblem({ file, field, line, seen, problem, fix }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const subject = field === undefined ? place : `${place} ${field}`;
  const value = seen === undefined ? '' : ` (seen: ${seen})`;
  return `${subject}: ${problem}${value}. ${fix}.`;
}

/** Thrown when a repository cannot be served as it is; carries every problem found, not the first. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly problems: readonly Problem[];

  constructor(folder: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map((problem) => `  ${formatProblem(problem)}`);
    super([`${count} in the model repository ${folder}`, ...lines].join('\n'));
    this.problems = problems;
  }
}
