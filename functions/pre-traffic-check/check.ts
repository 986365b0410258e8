import type { CheckManifest } from '../../serving/contract/check.ts';
import type { GoldenFile, GoldenOutput } from '../../serving/contract/golden.ts';
import { goldenDifferences } from '../../serving/golden/golden-comparison.ts';
import { generatedRequest } from './generated-request.ts';
import type { Answer, Ask } from './model-client.ts';

export interface Release {
  readonly manifest: CheckManifest;
  /** By version. */
  readonly golden: ReadonlyMap<string, GoldenFile>;
  /** ARN of the new Lambda version. */
  readonly checkedVersion: string;
  /** ARN of the alias; undefined on a first deployment, when nothing was there before. */
  readonly liveAlias?: string;
}

/** Warm answers that the latency is taken from. */
const warmAnswers = 5;

/** What speaks against letting traffic to the new Lambda version; empty when nothing does. */
export async function check(release: Release, ask: Ask): Promise<string[]> {
  const ownGolden = release.golden.get(release.manifest.live);
  const failures = ownGolden
    ? await goldenFailures(release, ownGolden, ask)
    : await generatedFailures(release, ask);
  // A version that fails on its own requests has said enough; its speed is of no interest.
  if (failures.length > 0) return failures;
  return [
    ...(await refusalsOfPrevious(release, ask)),
    ...(await slowness(release, firstRequest(release), ask)),
  ];
}

async function goldenFailures(release: Release, golden: GoldenFile, ask: Ask): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, request, outputs } of golden.cases) {
    const subject = `golden case "${name}" of version ${release.manifest.live}`;
    const answer = await askNew(release, request, ask);
    if (answer.status !== 200) {
      failures.push(`${subject} is answered ${inWords(answer)}`);
      continue;
    }
    const { outputs: answered } = answer.body as { outputs: readonly GoldenOutput[] };
    const differences = goldenDifferences(outputs, answered, golden.tolerance);
    failures.push(...differences.map((difference) => `${subject}: ${difference}`));
  }
  return failures;
}

async function generatedFailures(release: Release, ask: Ask): Promise<string[]> {
  const answer = await askNew(release, firstRequest(release), ask);
  if (answer.status === 200) return [];
  const advice = 'a golden.json beside the model gives the check real requests';
  return [`a request of zeros, made from the signature, is answered ${inWords(answer)}; ${advice}`];
}

/** Values may differ from version to version; being refused is what breaks callers. */
async function refusalsOfPrevious(release: Release, ask: Ask): Promise<string[]> {
  const { manifest, golden } = release;
  if (manifest.breaking) return [];
  const previous = await previousVersion(release, ask);
  if (previous === undefined || previous === manifest.live) return [];
  const failures: string[] = [];
  for (const { name, request } of golden.get(previous)?.cases ?? []) {
    const answer = await askNew(release, request, ask);
    if (answer.status === 200) continue;
    failures.push(
      `golden case "${name}" of version ${previous}, which serves now, is answered ${inWords(answer)}`,
    );
  }
  return failures;
}

/**
 * The model version that serves now. Only an answer tells: the repository has moved on already. When
 * what serves now does not answer, it must not stand in the way of the release that repairs it.
 */
async function previousVersion(release: Release, ask: Ask): Promise<string | undefined> {
  const { liveAlias, manifest, golden } = release;
  if (!liveAlias) return undefined;
  for (const { cases } of golden.values()) {
    const answer = await ask(liveAlias, inferPath(manifest), cases[0]?.request);
    if (answer.status !== 200) continue;
    return (answer.body as { model_version?: string }).model_version;
  }
  return undefined;
}

async function slowness(release: Release, request: unknown, ask: Ask): Promise<string[]> {
  const times: number[] = [];
  // Requests before this one have loaded the model: what is timed here is warm.
  for (let count = 0; count < warmAnswers; count += 1) {
    times.push((await askNew(release, request, ask)).milliseconds);
  }
  // Whatever else the machine does only adds: the fastest answer is the model's own time.
  const fastest = Math.min(...times);
  const { p95LatencyMs } = release.manifest;
  if (fastest <= p95LatencyMs) return [];
  return [
    `a warm answer takes ${Math.round(fastest)} ms, more than alarms.p95LatencyMs (${p95LatencyMs})`,
  ];
}

function firstRequest({ manifest, golden }: Release): unknown {
  return golden.get(manifest.live)?.cases[0]?.request ?? generatedRequest(manifest.inputs);
}

function askNew({ manifest, checkedVersion }: Release, request: unknown, ask: Ask) {
  return ask(checkedVersion, inferPath(manifest), request);
}

function inferPath({ model }: CheckManifest): string {
  return `/v2/models/${encodeURIComponent(model)}/infer`;
}

/** `400: input "x" is missing` */
function inWords({ status, body }: Answer): string {
  const error = (body as { error?: unknown } | null)?.error ?? body;
  return `${status}: ${typeof error === 'string' ? error : JSON.stringify(error)}`;
}
