import type { Artifacts } from '../../build/artifacts.ts';
import { bundleOf } from '../../build/functions.ts';
import type { ServedVersion } from '../../build/model-package.ts';
import type { PackagePlan } from '../../build/package-plan.ts';
import { limits } from '../../serving/contract/limits.ts';

/** What takes the room in a model's function. */
export interface PackageTable {
  readonly rows: readonly PackageRow[];
  /** Unzipped, layer included: what Lambda counts. */
  readonly bytes: number;
  readonly limit: number;
}

export interface PackageRow {
  readonly what: string;
  readonly bytes: number;
  /** A version that does not fit is fetched from S3 by the function. */
  readonly from: 'layer' | 'package' | 's3';
}

export function packageTable(
  artifacts: Artifacts,
  { inside, outside }: PackagePlan<ServedVersion>,
  live: string,
): PackageTable {
  const row = (from: 'package' | 's3') => (version: ServedVersion) => ({
    what: `version ${version.version}${version.version === live ? ' (live)' : ''}`,
    bytes: version.bytes,
    from,
  });
  const code = bundleOf(artifacts.functions, 'predict').bytes;
  const rows: PackageRow[] = [
    { what: 'onnxruntime', bytes: artifacts.layer.bytes, from: 'layer' },
    { what: 'code', bytes: code, from: 'package' },
    ...inside.flatMap((version) => [row('package')(version), ...optimizedRow(version)]),
    ...outside.map(row('s3')),
  ];
  const bytes = rows.reduce((sum, { bytes, from }) => (from === 's3' ? sum : sum + bytes), 0);
  return { rows, bytes, limit: limits.unzippedPackage };
}

function optimizedRow({ version, optimized }: ServedVersion): PackageRow[] {
  if (!optimized) return [];
  return [{ what: `version ${version}, optimized`, bytes: optimized.bytes, from: 'package' }];
}

/** The table as lines of text. */
export function packageLines({ rows, bytes, limit }: PackageTable): string[] {
  const sum: PackageRow = { what: `of Lambda's ${size(limit)}`, bytes, from: 'package' };
  const width = Math.max(...[...rows, sum].map(({ what }) => what.length));
  return [...rows, sum].map(({ what, bytes, from }) => {
    const place = from === 's3' ? '  from S3, not in the package' : '';
    return `${what.padEnd(width)}  ${size(bytes).padStart(9)}${place}`;
  });
}

function size(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 0.1 ? `${(bytes / 1024).toFixed(1)} KiB` : `${mebibytes.toFixed(1)} MiB`;
}
