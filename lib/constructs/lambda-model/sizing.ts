import type { ServedVersion } from '../../../build/model-package.ts';
import type { PackagePlan } from '../../../build/package-plan.ts';
import { limits } from '../../../serving/contract/limits.ts';
import type { Model } from '../../model-repository/model.ts';
import type { Problem } from '../../model-repository/problem.ts';

/** A function gets one vCPU for each 1,769 MiB of memory. */
const memoryOfOneCpu = 1769;

/**
 * Threads for one inference. Below two vCPUs a second thread only takes turns with the first: small
 * models lose up to 30 %.
 */
export function intraOpThreads(memoryMiB: number): number {
  return Math.max(1, Math.floor(memoryMiB / memoryOfOneCpu));
}

const mebibyte = 1024 * 1024;

/** /tmp in MiB for the versions that come from S3: all may be asked for in one environment. */
export function ephemeralStorageFor(
  outside: readonly { readonly bytes: number }[],
): number | undefined {
  if (outside.length === 0) return undefined;
  const bytes = outside.reduce((sum, version) => sum + version.bytes, 0);
  // A tenth more: a file system needs some of its room for itself.
  const needed = Math.ceil((bytes * 1.1) / mebibyte);
  return Math.max(limits.ephemeralStorageMiB.min, needed);
}

/**
 * Bytes a second, on the careful side: a function's connection to S3 carries about 75 MB a second, and
 * creating a session reads about 200 MB of weights a second on one vCPU.
 */
const downloadRate = 75e6;
const sessionRate = 200e6;

/** Seconds from the first request for a version in S3 until it can answer. */
export function loadSeconds(bytes: number): number {
  return bytes / downloadRate + bytes / sessionRate;
}

/** Why versions that do not fit the package cannot be served from S3 either. */
export function loadProblems(model: Model, plan: PackagePlan<ServedVersion>): Problem[] {
  const versions = plan.outside.flatMap((version) => versionProblems(model, version));
  const storage = ephemeralStorageFor(plan.outside) ?? 0;
  if (storage <= limits.ephemeralStorageMiB.max) return versions;
  return [
    ...versions,
    {
      file: model.folder,
      field: 'versions',
      seen: `${storage} MiB of versions outside the package`,
      problem: `Lambda's /tmp holds ${limits.ephemeralStorageMiB.max} MiB at most`,
      fix: 'Name fewer versions in model.yaml',
    },
  ];
}

function versionProblems(model: Model, version: ServedVersion): Problem[] {
  const file = `${model.folder}/${version.version}/model.onnx`;
  const problems: Problem[] = [];
  if (version.files.length > 1) {
    problems.push({
      file,
      seen: `${version.files.length} files, ${megabytes(version.bytes)}`,
      problem: 'the version does not fit the package, and from S3 only a single file can be served',
      fix: 'Export it without external data, or name fewer versions in model.yaml',
    });
  }
  const seconds = loadSeconds(version.bytes);
  if (seconds > model.config.timeout) {
    problems.push({
      file,
      seen: megabytes(version.bytes),
      problem: `loading it takes about ${Math.ceil(seconds)} s, and a request may take ${model.config.timeout} s`,
      fix: 'Raise the timeout in model.yaml (29 s at most), or make the model smaller, for example by quantization',
    });
  }
  return problems;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
