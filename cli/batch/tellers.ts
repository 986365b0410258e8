import { styleText } from 'node:util';
import cliProgress from 'cli-progress';
import type { BatchEvent, JobProgress, TellBatch } from './events.ts';
import { number, plural } from './figures.ts';
import { comparisonLines, reportLines } from './report-text.ts';

/** One JSON object a line. */
export function jsonBatchTeller(stream: NodeJS.WritableStream): TellBatch {
  return (event) => {
    stream.write(`${JSON.stringify(event)}\n`);
  };
}

/** For people: a bar on a terminal, elsewhere a line whenever another tenth is done. */
export function humanBatchTeller(stream: NodeJS.WriteStream): TellBatch {
  const style = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) =>
    styleText(format, text, { stream });
  const gauge = stream.isTTY ? barGauge(stream) : lineGauge(stream);
  return (event) => {
    if (event.event === 'progress') return gauge.show(event);
    const line = lineOf(event, style);
    if (!line) return;
    gauge.clear();
    stream.write(`${line}\n`);
  };
}

type Style = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) => string;

function lineOf(event: Exclude<BatchEvent, { event: 'progress' }>, style: Style): string {
  switch (event.event) {
    case 'staged':
      return `  ${plural(event.files, 'file')} of input, ${event.sent} sent to ${event.input}`;
    case 'started':
      return `  ${event.joined ? 'following' : 'started'} job ${event.execution}\n  output ${event.output}`;
    case 'interrupted':
      return style('dim', `  ${event.notice ? 'reclaimed' : 'killed'} worker ${event.job}`);
    case 'note':
      return `  ${style('yellow', '!')} ${event.text}`;
    case 'fetched':
      return `  ${plural(event.files, 'file')} of ${event.what} in ${event.folder}`;
    case 'complete': {
      const { rows, errors, parts } = event.result;
      const failed = errors > 0 ? `, ${number(errors)} failed` : '';
      return [
        `  ${style('green', '✔')} ${number(rows)} rows answered${failed}, ${plural(parts, 'part')}  ${event.seconds} s`,
        ...(event.report ? reportLines(event.report) : []),
        ...(event.comparison ? comparisonLines(event.comparison) : []),
      ].join('\n');
    }
    case 'failed':
      return `  ${style('red', '✖')} ${event.error}: ${event.cause}`;
  }
}

interface Gauge {
  show(progress: JobProgress): void;
  /** Makes room for a line. */
  clear(): void;
}

function barGauge(stream: NodeJS.WriteStream): Gauge {
  const format = '  {bar} {percentage} %  {rows} rows  {rate} rows/s  {left}{more}';
  const options = { stream, format, hideCursor: true, clearOnComplete: true };
  let bar: cliProgress.SingleBar | undefined;
  return {
    show: (progress) => {
      const total = Math.max(progress.bytes, 1);
      const texts = {
        rows: number(progress.rows),
        rate: number(progress.rowsPerSecond),
        left: leftText(progress),
        more: moreText(progress),
      };
      if (!bar) {
        bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
        bar.start(total, progress.bytesDone, texts);
      } else bar.update(progress.bytesDone, texts);
    },
    clear: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}

function lineGauge(stream: NodeJS.WritableStream): Gauge {
  let tenths = -1;
  return {
    show: (progress) => {
      const share = progress.bytes === 0 ? 1 : progress.bytesDone / progress.bytes;
      const reached = Math.floor(share * 10);
      if (reached <= tenths) return;
      tenths = reached;
      stream.write(
        `  ${Math.floor(share * 100)} %  ${number(progress.rows)} rows  ${number(progress.rowsPerSecond)} rows/s  ${leftText(progress)}${moreText(progress)}\n`,
      );
    },
    clear: () => {},
  };
}

function leftText({ secondsLeft }: JobProgress): string {
  if (secondsLeft === undefined) return 'time left unknown';
  const seconds = Math.ceil(secondsLeft);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function moreText({ interruptions, errors }: JobProgress): string {
  const parts = [
    ...(interruptions > 0 ? [plural(interruptions, 'interruption')] : []),
    ...(errors > 0 ? [`${number(errors)} failed`] : []),
  ];
  return parts.map((part) => `  ${part}`).join('');
}
