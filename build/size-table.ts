import type { ModelRepository } from '../lib/model-repository/model.ts';
import { limits } from '../serving/contract/limits.ts';
import { type Artifacts, planModel } from './artifacts.ts';
import { bundleOf } from './functions.ts';
import { packedBytes, type SizedVersion } from './package-plan.ts';

/** What takes the room in a model's function, in bytes. */
export interface PackageSize {
  readonly model: string;
  readonly layer: number;
  readonly code: number;
  /** Versions inside the package, each with its optimized form. */
  readonly versions: number;
  /** Versions that the function fetches from S3; they take no room in the package. */
  readonly fromS3: number;
}

export function packageSizes(repository: ModelRepository, artifacts: Artifacts): PackageSize[] {
  const code = bundleOf(artifacts.functions, 'predict').bytes;
  const onLambda = repository.models.filter(({ config }) => config.target === 'lambda');
  return onLambda.map((model) => {
    const { inside, outside } = planModel(model, artifacts);
    return {
      model: model.name,
      layer: artifacts.layer.bytes,
      code,
      versions: sum(inside),
      fromS3: sum(outside),
    };
  });
}

export function isOverBudget({ layer, code, versions }: PackageSize): boolean {
  return layer + code + versions > limits.unzippedPackage;
}

/** The sizes as lines of a table, in MB, with the share of Lambda's limit. */
export function sizeTable(sizes: readonly PackageSize[]): string[] {
  const width = Math.max('model'.length, ...sizes.map(({ model }) => model.length));
  const line = (model: string, ...columns: readonly string[]) =>
    [model.padEnd(width), ...columns.map((column) => column.padStart(10))].join('  ');
  return [
    line('model', 'layer', 'code', 'versions', 'total', 'of limit', 'from S3'),
    ...sizes.map(({ model, layer, code, versions, fromS3 }) => {
      const total = layer + code + versions;
      const share = `${((100 * total) / limits.unzippedPackage).toFixed(0)} %`;
      return line(
        model,
        ...[layer, code, versions, total].map(megabytes),
        share,
        megabytes(fromS3),
      );
    }),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function sum(versions: readonly SizedVersion[]): number {
  return versions.reduce((total, version) => total + packedBytes(version), 0);
}
