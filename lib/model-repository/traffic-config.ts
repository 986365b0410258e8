import { z } from 'zod';
import { number } from './fields.ts';

/** The blocks `traffic:` and `latency:` of model.yaml: what `siskin plan` and `target: auto` reckon with. */

export const trafficConfigSchema = z.strictObject(
  {
    requestsPerMinute: number(0, 10_000_000).describe(
      'Requests a minute, in the mean over a month',
    ),
    payloadKB: number(0, 10_240)
      .default(8)
      .describe('Kilobytes of a request and its answer together'),
  },
  { error: 'must be a map such as {requestsPerMinute: 60, payloadKB: 8}' },
);

export const latencyConfigSchema = z.strictObject(
  {
    p95Ms: number(1, 900_000).describe(
      'Milliseconds that 95 % of the requests may take; `target: auto` looks for a place that keeps it',
    ),
  },
  { error: 'must be a map such as {p95Ms: 200}' },
);
