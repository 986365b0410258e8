import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GoldenFile } from '../../serving/contract/golden.ts';
import type { Card } from '../../training/artifact/card.ts';

const repository = resolve(import.meta.dirname, '../../model-artifacts');

/** A version as it lies in the repository. */
export function shippedVersion(model: string, version: string) {
  const read = (file: string) => readFileSync(resolve(repository, model, version, file));
  return {
    onnx: new Uint8Array(read('model.onnx')),
    card: JSON.parse(String(read('card.json'))) as Card,
    golden: JSON.parse(String(read('golden.json'))) as GoldenFile,
  };
}

export const shippedVersions = [
  { model: 'spam', version: '1' },
  { model: 'digits', version: '1' },
  { model: 'digits', version: '2' },
  { model: 'text-detection', version: '1' },
] as const;
