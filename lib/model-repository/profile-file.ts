import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Problem } from './problem.ts';

/** What `siskin profile` measured of one version on one machine: profile.json in the version's folder. */
export type Profile = z.output<typeof profileSchema>;

export type ProfileReading =
  | { readonly profile: Profile; readonly problems: readonly [] }
  | { readonly profile?: undefined; readonly problems: readonly Problem[] };

const positive = z.number().positive();
const count = z.int().min(1);

const latency = z.strictObject({
  threads: count.describe('Threads of one inference'),
  p50Ms: positive.describe('Median of one inference'),
  p95Ms: positive.describe('95th percentile of one inference'),
});

const batch = z.strictObject({
  size: count.describe('Rows in one request'),
  p50Ms: positive.describe('Median of one inference'),
  rowsPerSecond: positive.describe('Rows that one core answers in a second'),
});

export const profileSchema = z.strictObject({
  artifact: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')
    .describe('Digest of the artifact that was measured'),
  measured: z.iso.date('must be a date such as 2026-11-22').describe('Day of the measurement'),
  machine: z.strictObject({
    processor: z.string().min(1).describe('Name of the processor'),
    cores: count.describe('Cores that were to be had'),
    platform: z.string().min(1).describe('Operating system and architecture'),
  }),
  node: z.string().min(1).describe('Version of Node'),
  onnxruntime: z.string().min(1).describe('Version of onnxruntime'),
  request: z
    .string()
    .min(1)
    .describe('What was asked: a golden case, or values made up from the signature'),
  loadMs: positive.describe('From the file to a session that can answer; the median'),
  peakMemoryMiB: positive.describe('Highest memory of the process that measured, Node included'),
  oneThread: latency.describe('The request with one thread'),
  allCores: latency.describe('The request with a thread for each core'),
  batches: z
    .array(batch)
    .describe('Growing batches with one thread; empty when the model takes one row only'),
  knee: batch
    .optional()
    .describe('Smallest batch within a tenth of the best throughput; absent without batches'),
});

/** Reads a profile.json, or says what is wrong with it. `digest` is that of the artifact beside it. */
export function readProfileFile(file: string, digest?: string): ProfileReading {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const problem = `is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { problems: [{ file, problem, fix }] };
  }
  const parsed = profileSchema.safeParse(content);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(({ path, message }) => ({
        file,
        ...(path.length === 0 ? {} : { field: path.join('.') }),
        problem: message,
        fix,
      })),
    };
  }
  const profile = parsed.data;
  if (digest !== undefined && profile.artifact !== digest) {
    const problem = `measures another artifact than the one beside it, which has the digest ${digest}`;
    return { problems: [{ file, field: 'artifact', seen: profile.artifact, problem, fix }] };
  }
  return { profile, problems: [] };
}

const fix = 'Remove the file, and measure again with siskin profile';
