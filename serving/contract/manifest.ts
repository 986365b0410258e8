import type { Datatype } from './datatype.ts';
import type { OptimizedForm } from './optimized-form.ts';

/**
 * What a model's function knows about its model. Written at synth into the function's package as
 * `manifest.json`; read by the function at init.
 */
export interface ModelManifest {
  /** The model's name: its folder's name. */
  readonly name: string;
  readonly platform: 'onnxruntime_onnx';
  /** Version that answers requests which name none. */
  readonly live: string;
  /** Addressable versions, numerically ascending. */
  readonly versions: readonly ManifestVersion[];
}

export interface ManifestVersion {
  /** The version's folder name, such as "2". */
  readonly version: string;
  /** SHA-256 of the served model.onnx, hex. */
  readonly digest: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly source: ModelSource;
  /** Of the served model.onnx and the files beside it: a measure of the memory that it takes. */
  readonly bytes: number;
  /** The same model in a form that loads faster, for a version in the package. */
  readonly optimized?: OptimizedForm;
}

export type ModelSource =
  /** Inside the function's package; `path` is relative to manifest.json. */
  | { readonly kind: 'package'; readonly path: string }
  /** An S3 object in the bucket named by SISKIN_MODEL_BUCKET, fetched at init and checked by digest. */
  | { readonly kind: 's3'; readonly key: string; readonly bytes: number }
  /** Behind the SageMaker endpoint named by SISKIN_ENDPOINT: the function itself holds no model. */
  | { readonly kind: 'endpoint' };

/** A tensor of a model's signature. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** Full shape with the batch dimension; -1 is a free dimension. [] is a scalar. */
  readonly shape: readonly number[];
  /** An input that has an initializer in the graph, and so a default value. */
  readonly optional?: true;
}

/** The catalogue function's `catalogue.json`: every model of the API. */
export interface CatalogueManifest {
  readonly stage: string;
  readonly models: readonly CatalogueModel[];
}

export interface CatalogueModel {
  readonly name: string;
  readonly live: string;
  readonly versions: readonly string[];
}

/** File names inside a function's package. */
export const packageFiles = {
  manifest: 'manifest.json',
  catalogue: 'catalogue.json',
  openapi: 'openapi.json',
  /** The reference page that GET /docs answers; a package may go without. */
  docs: 'docs.html',
} as const;
