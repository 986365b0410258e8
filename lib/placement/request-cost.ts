import { tieredCost } from '../pricing/bill.ts';
import { apiGateway, cloudwatch, hoursOfMonth, lambda } from '../pricing/prices.ts';
import type { Traffic } from './facts.ts';
import type { CostLine } from './option.ts';

const minutesOfMonth = hoursOfMonth * 60;
const kilobytesOfGB = 1024 * 1024;

export function requestsOfMonth({ requestsPerMinute }: Traffic): number {
  return requestsPerMinute * minutesOfMonth;
}

export function gigabytesOfMonth(traffic: Traffic): number {
  return (requestsOfMonth(traffic) * traffic.payloadKB) / kilobytesOfGB;
}

/** The log line of a request with its metrics, and what Lambda itself writes: an estimate. */
const logKilobytes = 1.2;

/** What every option costs alike: the API before it, and the metrics, alarms and logs of one model. */
export function commonLines(traffic: Traffic): CostLine[] {
  const requests = requestsOfMonth(traffic);
  // Half of a payload is taken for the answer: only answers are paid on their way to the internet.
  const answers = gigabytesOfMonth(traffic) / 2;
  const logs = (requests * logKilobytes) / kilobytesOfGB;
  const watched = requests > 0 ? modelMetrics * cloudwatch.metricMonth : 0;
  return [
    { what: 'API Gateway, requests', month: tieredCost(requests, apiGateway.request) },
    {
      what: 'API Gateway, answers to the internet',
      month: tieredCost(answers, apiGateway.dataOut),
    },
    { what: 'metrics and alarms', month: watched + idleObservability },
    { what: 'logs', month: logs * (cloudwatch.logIngestionGB + cloudwatch.logStorageGBMonth) },
  ];
}

/** Four metrics, each by model and by the model's newest version. Without requests none is reported. */
const modelMetrics = 8;
/** The error rate reads four metrics, the latency two, the throttles one; their state is a composite. */
const alarmMetrics = 7;

/** Alarms cost the same with and without requests. */
export const idleObservability =
  alarmMetrics * cloudwatch.alarmMetricMonth + cloudwatch.compositeAlarmMonth;

export interface FunctionUse {
  readonly requests: number;
  readonly memoryMiB: number;
  readonly durationMs: number;
  /** MiB of /tmp. */
  readonly ephemeralStorageMiB?: number;
}

/** What a function on x86 costs in a month, without the free tier: other functions use that up as well. */
export function functionLines(name: string, use: FunctionUse): CostLine[] {
  const { requests, memoryMiB, durationMs, ephemeralStorageMiB = 0 } = use;
  const { ephemeralStorage, gbSecond, request } = lambda;
  const seconds = (requests * Math.ceil(durationMs)) / 1000;
  const extra = Math.max(0, ephemeralStorageMiB - ephemeralStorage.includedMiB) / 1024;
  const lines = [
    { what: `${name}, requests`, month: requests * request },
    {
      what: `${name}, duration`,
      month: tieredCost((seconds * memoryMiB) / 1024, gbSecond.x86_64),
    },
  ];
  if (extra === 0) return lines;
  const month = seconds * extra * ephemeralStorage.gbSecond;
  return [...lines, { what: `${name}, ephemeral storage`, month }];
}
