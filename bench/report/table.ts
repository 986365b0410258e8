import { significant } from '../measure/statistics.ts';
import { type Figures, type Goal, type Measured, type Row, stepsMet } from '../scenario.ts';

const headings = [
  'measured ÷ baseline',
  'goal',
  'result',
  'met',
  'measured',
  'baseline',
  'on the clock',
];

/** The rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells({ subject, baseline, goal, outcome }: Row): string[] {
  const what = `${subject} ÷ ${baseline}`;
  if ('skipped' in outcome) return [what, goalText(goal), 'skipped', '', outcome.skipped, '', ''];
  const { ratio, wallRatio, unit } = outcome;
  return [
    what,
    goalText(goal),
    `${significant(ratio)}${goal.unit ? ` ${goal.unit}` : ''}`,
    verdict(goal, outcome),
    figureText(outcome.subject, unit),
    figureText(outcome.baseline, unit),
    wallRatio === undefined ? '' : String(significant(wallRatio)),
  ];
}

export function goalText({ ratio, steps, unit }: Goal): string {
  const sign = ratio === 'at most' ? '≤' : '≥';
  return `${sign} ${steps.join(', then ')}${unit ? ` ${unit}` : ''}`;
}

export function verdict(goal: Goal, { ratio }: Measured): string {
  const met = stepsMet(goal, ratio);
  if (met === 0) return 'no';
  return met === goal.steps.length ? 'yes' : `yes (step ${met} of ${goal.steps.length})`;
}

function figureText({ value, cpuMicros }: Figures, unit: string): string {
  const cpu = cpuMicros === undefined ? '' : `, ${significant(cpuMicros)} µs CPU`;
  return `${significant(value)} ${unit}${cpu}`;
}
