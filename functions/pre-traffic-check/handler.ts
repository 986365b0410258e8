import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Context } from 'aws-lambda';
import { sendHttp } from '../../serving/aws/http-send.ts';
import { createSignedCall } from '../../serving/aws/signed-call.ts';
import { type CheckManifest, checkFile } from '../../serving/contract/check.ts';
import { environment } from '../../serving/contract/environment.ts';
import type { GoldenFile } from '../../serving/contract/golden.ts';
import { check, type Release } from './check.ts';
import { judge } from './judge.ts';
import { createAsk } from './model-client.ts';
import { type CheckEvent, createReport, isHook } from './verdict.ts';

const call = createSignedCall({ env: process.env });

/** Time kept for the report. */
const reportMillis = 10_000;

/** Judges a new Lambda version before callers reach it; the outcome goes to whoever asked. */
export async function handler(event: CheckEvent, context: Context): Promise<readonly string[]> {
  const remaining = context.getRemainingTimeInMillis();
  const deadline = AbortSignal.timeout(remaining - reportMillis);
  const ask = createAsk(call, () => performance.now(), deadline);
  const report = createReport({ call, send: sendHttp, signal: AbortSignal.timeout(remaining) });
  return judge(event, {
    check: async () => check(readRelease(__dirname, isHook(event)), ask),
    report,
    deadline,
    log: (entry) => console.log(JSON.stringify({ requestId: context.awsRequestId, ...entry })),
  });
}

function readRelease(folder: string, hasPredecessor: boolean): Release {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const manifest: CheckManifest = read(checkFile);
  const golden = Object.entries(manifest.golden).map(
    ([version, file]) => [version, read(file) as GoldenFile] as const,
  );
  return {
    manifest,
    golden: new Map(golden),
    checkedVersion: variable(environment.checkedVersion),
    ...(hasPredecessor && { liveAlias: variable(environment.liveAlias) }),
  };
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
}
