import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CatalogueManifest, packageFiles } from '../serving/contract/manifest.ts';
import { digestOf } from './digest.ts';
import { docsPage } from './docs-page.ts';
import { bundleFiles, type FunctionBundle } from './functions.ts';
import { writeOutputFolder } from './output-folder.ts';
import { defaultOutDir } from './project.ts';

export interface CataloguePackageInput {
  readonly bundle: FunctionBundle;
  readonly catalogue: CatalogueManifest;
  /** The public OpenAPI document. */
  readonly openapi: unknown;
}

/** Lays out the catalogue's function: the bundle, the list of models, the public document and its page. */
export function stageCataloguePackage(
  { bundle, catalogue, openapi }: CataloguePackageInput,
  outDir = defaultOutDir(),
): { readonly folder: string; readonly digest: string } {
  const written = [
    { path: packageFiles.catalogue, content: JSON.stringify(catalogue) },
    { path: packageFiles.openapi, content: JSON.stringify(openapi) },
    { path: packageFiles.docs, content: docsPage() },
  ];
  const digest = digestOf([
    ['code', bundle.digest],
    ...written.map(({ path, content }) => [path, content] as const),
  ]);
  const folder = join(outDir, 'catalogue', digest.slice(0, 16));
  if (!existsSync(folder)) writeOutputFolder(folder, [...bundleFiles(bundle), ...written]);
  return { folder, digest };
}
