import type { Comparison, GroupComparison } from '../../serving/batch/backtest/comparison.ts';
import type { BatchReport } from '../../serving/contract/batch.ts';
import type { Estimate } from '../../serving/statistics/wilson.ts';
import type { JobProgress } from './events.ts';
import type { Execution } from './execution.ts';
import { number, plural } from './figures.ts';

export interface ShownJob extends Execution {
  readonly model: string;
  readonly report?: BatchReport | undefined;
  readonly comparison?: Comparison | undefined;
  readonly progress?: JobProgress | undefined;
}

/** One job, for people. */
export function reportText(job: ShownJob): string {
  const { model, name, status, started, request, error, cause, report, comparison } = job;
  const lines = [
    `${model}  ${name}  ${status}`,
    `  started ${started.toISOString().slice(0, 19)}`,
    `  input   ${request.input}`,
    `  output  ${request.output}`,
    ...(error ? [`  ${error}: ${cause ?? ''}`] : []),
    ...(report ? reportLines(report) : progressLines(job)),
    ...(comparison ? comparisonLines(comparison) : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function reportLines(report: BatchReport): string[] {
  const { totals, interruptions, hours, cost } = report;
  const { noticed, killed } = interruptions;
  return [
    `  rows    ${number(totals.rows)} answered, ${number(totals.errors)} failed, ${number(report.rowsPerSecond)} rows/s over ${number(report.seconds)} s`,
    `  workers ${report.workers}, ${plural(report.attempts, 'attempt')}; interrupted ${noticed} with notice, ${killed} without`,
    `  hours   spot ${hours.spot}, on-demand ${hours['on-demand']}`,
    ...(cost
      ? [
          `  cost    ${cost.amount} ${cost.currency}, ${cost.perMillionRows} ${cost.currency} per million rows (prices of ${cost.priceDate})`,
        ]
      : []),
  ];
}

function progressLines({ progress }: ShownJob): string[] {
  if (!progress) return [];
  const share = progress.bytes === 0 ? 1 : progress.bytesDone / progress.bytes;
  return [
    `  rows    ${number(progress.rows)} answered, ${number(progress.errors)} failed; ${Math.floor(share * 100)} % of the input, ${progress.shardsDone} of ${plural(progress.shards, 'shard')}`,
  ];
}

export function comparisonLines(comparison: Comparison): string[] {
  const { champion, challenger, overall, slices, agreement, verdict } = comparison;
  return [
    `  version ${champion} against version ${challenger}: ${verdict}`,
    ...(agreement ? [`  agreement ${percent(agreement)}`] : []),
    ...groupLines('all rows', overall),
    ...slices.flatMap((slice) => groupLines(`${slice.column} = ${slice.value}`, slice)),
  ];
}

function groupLines(title: string, group: GroupComparison): string[] {
  const head = `  ${title}: ${plural(group.rows, 'row')}`;
  if ('accuracy' in group) {
    const { accuracy, difference, pValue } = group;
    return [
      `${head}, accuracy ${percent(accuracy.champion)} against ${percent(accuracy.challenger)}, difference ${percent(difference)}, p ${pValue.toPrecision(2)}`,
    ];
  }
  const { meanAbsoluteError: mean, absoluteDifference: difference } = group;
  return [
    `${head}, mean absolute error ${mean.champion.toPrecision(4)} against ${mean.challenger.toPrecision(4)}, difference ${difference ? `${difference.value.toPrecision(3)} [${difference.low.toPrecision(3)}, ${difference.high.toPrecision(3)}]` : 'unknown'}`,
  ];
}

/** `97.3 % [96.9, 97.7]` */
function percent(estimate: Estimate | undefined): string {
  if (!estimate) return 'unknown';
  const { value, low, high } = estimate;
  const one = (share: number) => (share * 100).toFixed(1);
  return `${one(value)} % [${one(low)}, ${one(high)}]`;
}
