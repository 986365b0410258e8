import { styleText } from 'node:util';
import type { BatchOption } from '../../lib/placement/batch-cost.ts';
import type { Decision } from '../../lib/placement/decide.ts';
import type { PlacementOption } from '../../lib/placement/option.ts';
import type { Plan } from '../../lib/placement/plan.ts';

export interface ModelPlan {
  readonly model: string;
  readonly live: string;
  /** Where model.yaml puts it. */
  readonly target: string;
  readonly plan: Plan;
}

type Style = (format: 'bold' | 'dim' | 'green' | 'yellow', text: string) => string;

/** For people. Colours only where the stream is a terminal. */
export function planText(plans: readonly ModelPlan[], stream: NodeJS.WritableStream): string {
  const style: Style = (format, text) => styleText(format, text, { stream });
  return plans.map((one) => `${modelLines(one, style).join('\n')}\n`).join('\n');
}

function modelLines({ model, live, target, plan }: ModelPlan, style: Style): string[] {
  const { requestsPerMinute } = plan.traffic;
  const [lambda] = plan.options;
  return [
    `${style('bold', model)}  version ${live} on ${target}, ${requestsPerMinute} requests a minute`,
    '',
    ...table(
      ['where', 'a month', 'idle', 'beats Lambda from', 'two fleets'],
      plan.options.map((option) => optionCells(option, option === lambda)),
      style,
      plan.options.map(({ obstacles }) => obstacles.length === 0),
    ),
    '',
    ...remarks(plan.options, style),
    ...table(
      ['batch jobs', 'a million rows'],
      plan.batch.map(({ name, perMillionRows }: BatchOption) => [name, dollars(perMillionRows)]),
      style,
    ),
    '',
    `target: auto ${autoText(plan.auto)}`,
    ...plan.assumptions.map((sentence) => style('dim', `- ${sentence}`)),
  ];
}

function optionCells(option: PlacementOption, isLambda: boolean): string[] {
  const { month, idleMonth, breakEven, twoFleetsHour } = option;
  const alwaysOn = option.kind === 'real-time';
  return [
    optionName(option),
    dollars(month),
    dollars(idleMonth),
    isLambda || !alwaysOn ? '' : breakEven === undefined ? 'never' : `${rounded(breakEven)}/min`,
    twoFleetsHour === 0 ? '' : `+${dollars(twoFleetsHour)}/h`,
  ];
}

function optionName(option: PlacementOption): string {
  const { kind, instances } = option;
  if (kind === 'lambda') return option.name;
  return `SageMaker, ${instances === undefined ? '' : `${instances} x `}${shortName(option)}`;
}

function shortName({ kind, name }: PlacementOption): string {
  if (kind === 'scale-to-zero') return `${name}, to zero`;
  return kind === 'async' ? `${name}, async` : name;
}

/** Obstacles and notes, each once, with the options that they hold for. */
function remarks(options: readonly PlacementOption[], style: Style): string[] {
  const said = options.flatMap((option) => [
    ...option.obstacles.map((why) => ({ text: `impossible: ${why}`, option, grave: true })),
    ...option.notes.map((note) => ({ text: note, option, grave: false })),
  ]);
  const lines = [...Map.groupBy(said, ({ text }) => text)].map(([text, those]) => {
    const names = those.map(({ option }) => shortName(option)).join(' and ');
    return style(those.some(({ grave }) => grave) ? 'yellow' : 'dim', `  ${names}: ${text}`);
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

function autoText(decision: Decision): string {
  return 'problem' in decision
    ? `would find no place: the model ${decision.problem}. ${decision.fix}.`
    : `would choose ${decision.target}: ${decision.reason}.`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  possible: readonly boolean[] = [],
): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  const body = rows.map((row, index) =>
    possible[index] === false ? style('dim', `${line(row)}  impossible`) : line(row),
  );
  return [style('bold', line(head)), ...body].map((text) => `  ${text}`);
}

/** Whole dollars where cents mean nothing, more digits where a cent is too much. */
function dollars(amount: number): string {
  if (amount >= 1000) return `$${Math.round(amount).toLocaleString('en-US')}`;
  if (amount === 0 || amount >= 0.1) return `$${amount.toFixed(2)}`;
  return `$${amount.toPrecision(2)}`;
}

function rounded(perMinute: number): string {
  return perMinute >= 10
    ? Math.ceil(perMinute).toLocaleString('en-US')
    : String(Number(perMinute.toPrecision(2)));
}

/** For machines: one JSON document. */
export function planJson(plans: readonly ModelPlan[]): string {
  const models = plans.map(({ live, plan, ...rest }) => ({ ...rest, version: live, ...plan }));
  return `${JSON.stringify({ currency: 'USD', models }, withoutNoise, 2)}\n`;
}

/** A millionth of a dollar more or less is what floating point makes of sums. */
function withoutNoise(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
