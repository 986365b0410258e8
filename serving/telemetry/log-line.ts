import { metrics } from '../contract/metrics.ts';
import type { Trace } from './trace.ts';

/** What stays the same in every line of one execution environment. */
export interface LogIdentity {
  readonly stage: string;
  /** Undefined for functions that are not a model's. */
  readonly model: string | undefined;
  readonly functionVersion: string;
}

/** One structured line per request, which for an inference is its metrics (EMF) as well. */
export type LineWriter = (trace: Trace, totalMs: number, epochMillis: number) => string;

const count = (name: string) => ({ Name: name, Unit: 'Count' });
const counts = [metrics.requests, metrics.modelErrors, metrics.serverErrors].map(count);
const latency = { Name: metrics.latency, Unit: 'Milliseconds' };

/**
 * The line is put together as text: everything but the numbers is known beforehand. A request's id
 * is a field and never a dimension, since each value of a dimension is a metric that is paid for.
 */
export function createLineWriter({ stage, model, functionVersion }: LogIdentity): LineWriter {
  const cold = emfFront(counts);
  const warm = emfFront([...counts, latency]);
  const identity = `${model === undefined ? '' : `"Model":${text(model)},`}"FunctionVersion":${text(
    functionVersion,
  )},"stage":${text(stage)}`;
  return (trace, totalMs, epochMillis) => {
    const total = String(round(totalMs));
    const fields = `${identity}${requestFields(trace)},"totalMs":${total}}`;
    if (!trace.isInference) return `{"timestamp":${epochMillis},${fields}`;
    const front = trace.coldStart ? cold : warm;
    const time = trace.coldStart ? '' : `"${metrics.latency}":${total},`;
    return `{"_aws":{"Timestamp":${epochMillis},${front},${metricValues(trace)},${time}${fields}`;
  };
}

function emfFront(names: readonly object[]): string {
  const declaration = {
    Namespace: metrics.namespace,
    Dimensions: metrics.dimensions,
    Metrics: names,
  };
  return `"CloudWatchMetrics":[${JSON.stringify(declaration)}]}`;
}

function metricValues({ status = 500, errorCode }: Trace): string {
  const modelError = errorCode === 'model_error';
  // What is not offered (501) is an answer and no failure.
  const serverError = status >= 500 && !modelError && errorCode !== 'not_offered';
  return `"${metrics.requests}":1,"${metrics.modelErrors}":${modelError ? 1 : 0},"${metrics.serverErrors}":${serverError ? 1 : 0}`;
}

function requestFields(trace: Trace): string {
  const { status = 500, error } = trace;
  let fields = `,"level":"${status >= 500 ? 'ERROR' : 'INFO'}","requestId":${text(trace.requestId)},"status":${status},"coldStart":${trace.coldStart}`;
  if (trace.operation !== undefined) fields += `,"operation":"${trace.operation}"`;
  else if (trace.path !== undefined) {
    fields += `,"method":${text(trace.method ?? '')},"path":${text(trace.path.slice(0, 200))}`;
  }
  if (trace.version !== undefined) fields += `,"version":${text(trace.version)}`;
  if (trace.variant !== undefined) fields += `,"variant":${text(trace.variant)}`;
  if (trace.batchSize !== undefined) fields += `,"batchSize":${trace.batchSize}`;
  if (trace.decodeMs !== undefined) fields += `,"decodeMs":${round(trace.decodeMs)}`;
  if (trace.inferenceMs !== undefined) fields += `,"inferenceMs":${round(trace.inferenceMs)}`;
  if (trace.encodeMs !== undefined) fields += `,"encodeMs":${round(trace.encodeMs)}`;
  if (trace.errorCode !== undefined) fields += `,"errorCode":"${trace.errorCode}"`;
  if (error instanceof Error) fields += `,"error":${text(error.message)}`;
  if (error instanceof Error && status >= 500) fields += `,"stack":${text(stackOf(error))}`;
  return fields;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  return `${error.stack}${cause}`;
}

function text(value: string): string {
  return JSON.stringify(value);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
