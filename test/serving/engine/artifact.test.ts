import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ManifestVersion } from '../../../serving/contract/manifest.ts';
import { artifactFile } from '../../../serving/engine/artifact.ts';

const digest = createHash('sha256').update('weights').digest('hex');
const remote: ManifestVersion = {
  version: '2',
  digest,
  inputs: [],
  outputs: [],
  source: { kind: 's3', key: 'models/2', bytes: 7 },
  bytes: 1,
};

function folders(content: string | Error) {
  const fetched: string[] = [];
  const cache = join(mkdtempSync(join(tmpdir(), 'siskin-artifact-')), 'cache');
  const fetchObject = async (key: string, file: string) => {
    fetched.push(key);
    if (content instanceof Error) throw content;
    await writeFile(file, content);
  };
  return { root: '/package', cache, fetchObject, fetched };
}

describe("A version's model file", () => {
  it('lies in the package, and is known at once', () => {
    const source = { kind: 'package', path: 'versions/1/model.onnx' } as const;
    expect(artifactFile({ ...remote, source }, folders(''))).toBe('/package/versions/1/model.onnx');
  });

  it('is fetched once from the bucket', async () => {
    const place = folders('weights');
    const file = await artifactFile(remote, place);
    expect(readFileSync(file, 'utf8')).toBe('weights');
    expect(await artifactFile(remote, place)).toBe(file);
    expect(place.fetched).toEqual(['models/2']);
  });

  it('is not served when its digest is another than the released one', async () => {
    const place = folders('tampered');
    await expect(artifactFile(remote, place)).rejects.toMatchObject({
      code: 'model_not_ready',
      message: expect.stringContaining(digest),
    });
    expect(existsSync(join(place.cache, `${digest}.onnx`))).toBe(false);
  });

  it('is not ready while the bucket does not answer, for a reason that stays in the log', async () => {
    const cause = new Error('AccessDenied');
    await expect(artifactFile(remote, folders(cause))).rejects.toMatchObject({
      code: 'model_not_ready',
      message: expect.not.stringContaining('AccessDenied'),
      cause,
    });
  });
});
