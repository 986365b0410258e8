import type { BatchRequest } from '../../serving/contract/batch.ts';
import type { BatchRunOptions } from '../batch.ts';
import { CommandError, exitCodes } from '../command-error.ts';

/** The state machine's input, from what the user typed. Throws with everything that does not go together. */
export function batchRequest(
  options: BatchRunOptions,
  { input, output }: Pick<BatchRequest, 'input' | 'output'>,
): BatchRequest {
  const { challenger, label, prediction, slice } = options;
  const problems: string[] = [];
  if (challenger !== undefined && label === undefined) {
    problems.push('--challenger needs --label: the column with the truth');
  }
  if (challenger === undefined) {
    for (const [name, given] of Object.entries({ label, prediction, slice: slice[0] })) {
      if (given !== undefined) problems.push(`--${name} means nothing without --challenger`);
    }
  }
  const columns = options.column.map((text) => {
    const [, input, names] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (input && names) return [input, names.includes(',') ? names.split(',') : names] as const;
    problems.push(`--column ${text} is not of the form input=column`);
    return ['', ''] as const;
  });
  if (problems.length > 0) throw new CommandError(problems.join('\n'), exitCodes.couldNotTry);
  const { version, format, key, errorLimit, shardBytes, partRows } = options;
  return {
    input,
    output,
    ...defined({ version, format, key, errorLimit, shardBytes, partRows }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
    ...(challenger !== undefined &&
      label !== undefined && {
        backtest: {
          challenger,
          label,
          ...(prediction !== undefined && { prediction }),
          ...(slice.length > 0 && { slices: slice }),
        },
      }),
  };
}

/** Only what was said: an absent member means its default to the planner, `undefined` would not. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
