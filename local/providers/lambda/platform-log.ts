import type { LoggingConfig } from './function-record.ts';

/** What Lambda itself writes into a function's log about one invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memorySizeMiB: number;
  readonly maxMemoryUsedBytes: number;
  /** Of the environment's start, when this invocation was the first. */
  readonly initMs?: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string | undefined;
  readonly traceId: string;
}

/** Lambda's own lines, in the format that the function's logging asks for. */
export interface PlatformLog {
  initStart(runtime: string, version: string): string;
  start(requestId: string, version: string): string;
  end(requestId: string): string | undefined;
  initReport(initMs: number, phase: 'init' | 'invoke', status: string, errorType?: string): string;
  report(report: Report): string;
}

export function platformLog(format: LoggingConfig['LogFormat']): PlatformLog {
  return format === 'JSON' ? jsonLog : textLog;
}

const MIB = 1024 * 1024;

const textLog: PlatformLog = {
  initStart: (runtime) => `INIT_START Runtime Version: ${runtimeVersion(runtime)}`,
  start: (requestId, version) => `START RequestId: ${requestId} Version: ${version}`,
  end: (requestId) => `END RequestId: ${requestId}`,
  initReport: (initMs, phase, status, errorType) =>
    `INIT_REPORT Init Duration: ${ms(initMs)} ms\tPhase: ${phase}\tStatus: ${status}${errorType ? `\tError Type: ${errorType}` : ''}`,
  report: (report) =>
    [
      `REPORT RequestId: ${report.requestId}`,
      `Duration: ${ms(report.durationMs)} ms`,
      `Billed Duration: ${billed(report)} ms`,
      `Memory Size: ${report.memorySizeMiB} MB`,
      `Max Memory Used: ${usedMiB(report)} MB`,
      ...(report.initMs === undefined ? [] : [`Init Duration: ${ms(report.initMs)} ms`]),
      ...(report.status === 'success' ? [] : [`Status: ${report.status}`]),
      ...(report.errorType ? [`Error Type: ${report.errorType}`] : []),
    ].join('\t'),
};

const jsonLog: PlatformLog = {
  initStart: (runtime, functionVersion) =>
    json('platform.initStart', {
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion: runtimeVersion(runtime),
      functionVersion,
    }),
  start: (requestId, version) => json('platform.start', { requestId, version }),
  end: () => undefined, // in JSON the report says both
  initReport: (durationMs, phase, status, errorType) =>
    json('platform.initReport', {
      initializationType: 'on-demand',
      phase,
      status,
      ...(errorType && { errorType }),
      metrics: { durationMs: Number(ms(durationMs)) },
    }),
  report: (report) =>
    json('platform.report', {
      requestId: report.requestId,
      metrics: {
        durationMs: Number(ms(report.durationMs)),
        billedDurationMs: billed(report),
        memorySizeMB: report.memorySizeMiB,
        maxMemoryUsedMB: usedMiB(report),
        ...(report.initMs !== undefined && { initDurationMs: Number(ms(report.initMs)) }),
      },
      status: report.status === 'success' ? 'success' : report.status,
      ...(report.errorType && { errorType: report.errorType }),
      tracing: { type: 'X-Amzn-Trace-Id', value: report.traceId },
    }),
};

function json(type: string, record: object): string {
  return JSON.stringify({ time: new Date().toISOString(), type, record });
}

function ms(value: number): string {
  return value.toFixed(2);
}

/** Since 2025 the initialization of managed runtimes is billed as well. */
function billed({ durationMs, initMs = 0 }: Report): number {
  return Math.ceil(durationMs + initMs);
}

function usedMiB({ maxMemoryUsedBytes }: Report): number {
  return Math.round(maxMemoryUsedBytes / MIB);
}

function runtimeVersion(runtime: string): string {
  return `${runtime.replace('nodejs', 'nodejs:').replace('.x', '')}.local`;
}
