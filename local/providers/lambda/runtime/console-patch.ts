import { format } from 'node:util';
import { errorReport } from './error-report.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

/** How lines are written: as text until the function's configuration is known. */
let write = writeText;

/** The invocation that runs now; Lambda's runtime prints `undefined` outside of one. */
export const running: { requestId: string | undefined } = { requestId: undefined };

/**
 * Makes console write lines as Lambda's Node runtime does: time, request id and level before the
 * message, or one JSON object a line. process.stdout stays untouched, there as here.
 */
export function patchConsole(variables: NodeJS.ProcessEnv): void {
  const json = variables.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const lowest = json ? LEVELS.indexOf((variables.AWS_LAMBDA_LOG_LEVEL ?? 'INFO') as Level) : 0;
  write = json ? writeJson : writeText;
  const at = (level: Level) =>
    LEVELS.indexOf(level) < lowest ? () => {} : (...values: unknown[]) => write(level, values);
  Object.assign(console, {
    trace: at('TRACE'),
    debug: at('DEBUG'),
    log: at('INFO'),
    info: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
  });
}

/** Logs an error that ended an invocation or the process. */
export function logError(what: string, error: unknown): void {
  write('ERROR', [what, `\t${JSON.stringify(errorReport(error))}`]);
}

function writeText(level: Level, values: unknown[]): void {
  const message = format(...values);
  // One call is one log event: its inner line ends travel as carriage returns.
  const line = `${new Date().toISOString()}\t${running.requestId}\t${level}\t${message}`;
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
}

function writeJson(level: Level, values: unknown[]): void {
  const [first] = values;
  const error = values.find((value) => value instanceof Error);
  const record: Record<string, unknown> = {
    timestamp: new Date().toISOString(),
    level,
    requestId: running.requestId,
  };
  if (values.length === 1 && !(first instanceof Error)) record.message = first;
  else record.message = format(...values);
  if (error) {
    const { errorType, errorMessage, trace } = errorReport(error);
    Object.assign(record, { errorType, errorMessage, stackTrace: trace });
  }
  process.stdout.write(`${stringify(record)}\n`);
}

function stringify(record: Record<string, unknown>): string {
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify({ ...record, message: format(record.message) }); // circular, BigInt
  }
}
