import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** `card.json`: what a version is, where it comes from, and how good it is. */
export interface Card {
  readonly model: string;
  readonly version: string;
  readonly summary: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly made: {
    readonly command: string;
    readonly source: string;
    readonly method: string;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  readonly data: Readonly<Record<string, unknown>>;
  /** By the name of the data that it was measured on; rounded to four decimals. */
  readonly quality: Readonly<Record<string, unknown>>;
  readonly artifact: ArtifactFacts;
  readonly intendedUse: string;
  readonly limits: readonly string[];
  readonly licence: string;
}

export interface ArtifactFacts {
  readonly file: 'model.onnx';
  readonly bytes: number;
  readonly sha256: string;
}

export const artifactFacts = (onnx: Uint8Array): ArtifactFacts => ({
  file: 'model.onnx',
  bytes: onnx.length,
  sha256: createHash('sha256').update(onnx).digest('hex'),
});

/** Version of the npm package whose data was used. */
export const packageVersion = (name: string): string =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** The same value with every number in it rounded to four decimals. */
export function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'number' ? Math.round(part * 1e4) / 1e4 : part,
  );
}
