import type { ServedVersion } from '../../../build/model-package.ts';
import type { PackagePlan } from '../../../build/package-plan.ts';
import { limits } from '../../../serving/contract/limits.ts';
import type { Model } from '../../model-repository/model.ts';
import type { Problem } from '../../model-repository/problem.ts';
import { ephemeralStorageFor, loadSeconds, memoryOfOneCpu } from '../../placement/function-size.ts';

/**
 * Threads for one inference. Below two vCPUs a second thread only takes turns with the first: small
 * models lose up to 30 %.
 */
export function intraOpThreads(memoryMiB: number): number {
  return Math.max(1, Math.floor(memoryMiB / memoryOfOneCpu));
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
