import { limits } from '../../serving/contract/limits.ts';
import { lambdaDuration } from './duration.ts';
import type { PlacementFacts } from './facts.ts';
import { ephemeralStorageFor, loadSeconds } from './function-size.ts';
import { foreignOperators, gpuOperators } from './kernels.ts';

const mebibyte = 1024 * 1024;

/** What the onnxruntime layer and the function's code leave of a package, with some room to grow. */
const roomInPackage = limits.unzippedPackage - 64 * mebibyte;

/** Why Lambda cannot serve the model, each as a clause of a sentence; none when it can. */
export function lambdaObstacles(facts: PlacementFacts): string[] {
  const { artifact, operators, timeoutSeconds, latency } = facts;
  const obstacles: string[] = [];
  const needed = memoryForArtifact(artifact.bytes);
  if (needed > limits.memoryMiB.max) {
    obstacles.push(
      `its ${mebibytes(artifact.bytes)} need about ${needed} MiB of memory, and a function has ${limits.memoryMiB.max} MiB at most`,
    );
  }
  obstacles.push(...outsideThePackage(facts));
  const gpu = gpuOperators(operators);
  if (gpu.length > 0) obstacles.push(`${list(gpu)} ${has(gpu)} a kernel on GPUs only`);
  const foreign = foreignOperators(operators);
  if (foreign.length > 0) obstacles.push(notInOnnxruntime(foreign));
  const { p95Ms, measured } = lambdaDuration(facts);
  // An estimate is too rough to exclude anything.
  if (!measured) return obstacles;
  if (p95Ms > timeoutSeconds * 1000) {
    obstacles.push(
      `a request takes ${milliseconds(p95Ms)} by profile.json, and may take ${timeoutSeconds} s`,
    );
  }
  if (latency !== undefined && p95Ms > latency.p95Ms) {
    obstacles.push(
      `with ${facts.memoryMiB} MiB 95 % of the requests take up to ${milliseconds(p95Ms)} by profile.json, and the goal is ${milliseconds(latency.p95Ms)}`,
    );
  }
  return obstacles;
}

function outsideThePackage({ artifact, timeoutSeconds }: PlacementFacts): string[] {
  if (artifact.bytes <= roomInPackage) return [];
  if (artifact.files > 1) {
    return [
      `its ${mebibytes(artifact.bytes)} do not fit a function's package, and from S3 only a single file can be served`,
    ];
  }
  const seconds = loadSeconds(artifact.bytes);
  if (seconds <= timeoutSeconds) return [];
  return [
    `loading its ${mebibytes(artifact.bytes)} takes about ${Math.ceil(seconds)} s, and a request may take ${timeoutSeconds} s`,
  ];
}

/** MiB of /tmp that the function needs: a model outside the package is fetched there. */
export function ephemeralStorageMiB({ artifact }: PlacementFacts): number {
  if (artifact.bytes <= roomInPackage) return limits.ephemeralStorageMiB.min;
  return ephemeralStorageFor([artifact]) ?? limits.ephemeralStorageMiB.min;
}

/** As the default of `memory` reckons: the file, the session's copy and prepacked weights. */
function memoryForArtifact(bytes: number): number {
  return Math.ceil(256 + (3 * bytes) / mebibyte);
}

export function notInOnnxruntime(operators: readonly string[]): string {
  return `${list(operators)} ${operators.length === 1 ? 'is' : 'are'} not part of onnxruntime`;
}

function has(things: readonly string[]): string {
  return things.length === 1 ? 'has' : 'have';
}

function list(things: readonly string[]): string {
  return things.length > 4
    ? `${things.slice(0, 3).join(', ')} and ${things.length - 3} more operators`
    : things.join(', ');
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
